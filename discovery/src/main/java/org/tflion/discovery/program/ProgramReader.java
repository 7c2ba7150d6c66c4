package org.tflion.discovery.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the text of a program.
 *
 * <p>The text is that of the paper: the line {@code def train(w, g, m, v, lr):}, one assignment a
 * line, the line {@code return update, m, v}. Spaces, empty lines, and comments from {@code #} to
 * the end of the line do not matter. The four operators stand between their arguments, every other
 * function before them.
 */
public final class ProgramReader {

  private final List<Statement> statements = new ArrayList<>();

  private ProgramReader() {}

  /**
   * The program that a text spells.
   *
   * @throws ProgramSyntaxException if the text is not a program, naming line and column
   */
  public static Program read(String text) {
    var reader = new ProgramReader();
    String[] lines = text.split("\r?\n", -1);
    int end = reader.readLines(lines);
    for (int i = end; i < lines.length; i++) {
      var rest = new Scanner(i + 1, lines[i]);
      if (!rest.atEnd()) {
        throw rest.problem("nothing may follow '" + Program.FOOTER + "'");
      }
    }
    return new Program(reader.statements);
  }

  /** Reads up to the return line, and says how many lines that were. */
  private int readLines(String[] lines) {
    boolean begun = false;
    for (int i = 0; i < lines.length; i++) {
      var line = new Scanner(i + 1, lines[i]);
      if (line.atEnd()) {
        continue;
      }
      if (!begun) {
        line.expectAll(Program.HEADER);
        begun = true;
      } else if (line.startsWithWord("return")) {
        line.expectAll(Program.FOOTER);
        return i + 1;
      } else {
        statements.add(statement(line));
      }
    }
    String missing = begun ? Program.FOOTER : Program.HEADER;
    throw new ProgramSyntaxException(
        lines.length, 1, "expected '" + missing + "', got the end of the text");
  }

  private static Statement statement(Scanner line) {
    String target = line.name("a variable to assign");
    line.expect('=');
    Statement statement;
    if (line.atNumber()) {
      statement = operation(line, target, line.number());
    } else {
      int start = line.column();
      String name = line.name("a function, a variable or a number");
      statement =
          line.at('(')
              ? call(line, target, line.function(name, start))
              : operation(line, target, new Variable(name));
    }
    line.expectEnd();
    return statement;
  }

  private static Statement operation(Scanner line, String target, Argument left) {
    Function operator = line.operator();
    return Statement.of(target, operator, left, argument(line));
  }

  private static Statement call(Scanner line, String target, Function function) {
    line.expect('(');
    List<Argument> arguments = new ArrayList<>();
    while (arguments.size() < function.arity()) {
      if (!arguments.isEmpty()) {
        line.expect(',');
      }
      arguments.add(argument(line));
    }
    if (!line.at(')')) {
      throw line.problem(
          "expected ')', since " + function.text() + " takes " + function.arity() + " arguments");
    }
    line.expect(')');
    return new Statement(new Variable(target), function, arguments);
  }

  private static Argument argument(Scanner line) {
    return line.atNumber() ? line.number() : new Variable(line.name("a variable or a number"));
  }

  /** The function name nearest to a wrong one, by edit distance. */
  static String nearest(String wrong) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (Function function : Function.values()) {
      int distance = distance(wrong, function.text());
      if (!function.isOperator() && distance < least) {
        least = distance;
        best = function.text();
      }
    }
    return best;
  }

  /** Levenshtein distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
