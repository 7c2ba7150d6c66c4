package org.tflion.discovery.program;

/** One line of a program text, read from left to right. */
final class Scanner {

  private final int line;
  private final String text;
  private int next;

  Scanner(int line, String text) {
    this.line = line;
    int comment = text.indexOf('#');
    this.text = comment < 0 ? text : text.substring(0, comment);
    skipSpace();
  }

  int column() {
    return next + 1;
  }

  boolean atEnd() {
    return next == text.length();
  }

  boolean at(char c) {
    return next < text.length() && text.charAt(next) == c;
  }

  boolean startsWithWord(String word) {
    int end = next + word.length();
    return text.startsWith(word, next) && (end == text.length() || !isNamePart(end));
  }

  /** Whether a number starts here: a digit or point, or a minus sign right before one. */
  boolean atNumber() {
    int first = at('-') ? next + 1 : next;
    return isNumberStart(first);
  }

  void expect(char c) {
    if (!at(c)) {
      throw problem("expected '" + c + "', got " + here());
    }
    next++;
    skipSpace();
  }

  void expectEnd() {
    if (!atEnd()) {
      throw problem("expected the end of the line, got " + here());
    }
  }

  /** Takes the whole line, which must be these characters but for spaces. */
  void expectAll(String wanted) {
    for (int i = 0; i < wanted.length(); i++) {
      char c = wanted.charAt(i);
      if (c != ' ' && !at(c)) {
        throw problem("expected '" + wanted + "', got " + here());
      }
      if (c != ' ') {
        expect(c);
      }
    }
    expectEnd();
  }

  String name(String what) {
    int start = next;
    while (next < text.length() && Variable.isNamePart(text.charAt(next), next == start)) {
      next++;
    }
    if (next == start) {
      throw problem("expected " + what + ", got " + here());
    }
    String name = text.substring(start, next);
    skipSpace();
    return name;
  }

  Constant number() {
    int start = next;
    if (at('-')) {
      next++;
    }
    while (next < text.length() && isNumberPart(start)) {
      next++;
    }
    String digits = text.substring(start, next);
    try {
      var constant = new Constant(Double.parseDouble(digits));
      skipSpace();
      return constant;
    } catch (IllegalArgumentException notANumber) {
      next = start;
      throw problem("expected a finite number, got '" + digits + "'");
    }
  }

  Function function(String name, int column) {
    return Function.named(name)
        .orElseThrow(
            () ->
                new ProgramSyntaxException(
                    line,
                    column,
                    "there is no function '"
                        + name
                        + "'; did you mean '"
                        + ProgramReader.nearest(name)
                        + "'?"));
  }

  Function operator() {
    String sign = atEnd() ? "" : text.substring(next, next + 1);
    Function operator =
        Function.named(sign)
            .filter(Function::isOperator)
            .orElseThrow(() -> problem("expected one of + - * /, got " + here()));
    expect(sign.charAt(0));
    return operator;
  }

  ProgramSyntaxException problem(String problem) {
    return new ProgramSyntaxException(line, column(), problem);
  }

  private String here() {
    return atEnd() ? "the end of the line" : "'" + text.charAt(next) + "'";
  }

  private boolean isNamePart(int index) {
    return Variable.isNamePart(text.charAt(index), false);
  }

  private boolean isNumberStart(int index) {
    int digit = index < text.length() && text.charAt(index) == '.' ? index + 1 : index;
    return digit < text.length() && isDigit(text.charAt(digit));
  }

  /** Digits, a point, letters (so that "1x" is one bad number), and the sign of an exponent. */
  private boolean isNumberPart(int start) {
    char c = text.charAt(next);
    char before = next > start ? text.charAt(next - 1) : ' ';
    boolean exponentSign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
    return c == '.' || Variable.isNamePart(c, false) || exponentSign;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private void skipSpace() {
    while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
      next++;
    }
  }
}
