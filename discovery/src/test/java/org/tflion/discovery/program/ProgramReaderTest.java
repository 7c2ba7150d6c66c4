package org.tflion.discovery.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramReaderTest {

  @ParameterizedTest
  @EnumSource(PaperProgram.class)
  void printsThePaperProgramsAsTheyWereRead(PaperProgram paper) {
    assertThat(paper.program().toString()).isEqualTo(paper.text());
  }

  @Test
  void hasTheFortyFiveFunctionsOfThePaper() {
    assertThat(Function.values()).hasSize(45);
  }

  @Test
  void spacesEmptyLinesAndCommentsDoNotMatter() {
    String text =
        "# a note\n\ndef train( w,g , m,v,lr ) :  # head\r\n"
            + "\tupdate=interp( g,m,.9 )# blend\n  m = g - -5e-1\nreturn update,m,v\n\n# end";
    assertThat(ProgramReader.read(text).statements())
        .containsExactly(
            Statement.of(
                "update", Function.INTERP, new Variable("g"), new Variable("m"), new Constant(0.9)),
            Statement.of("m", Function.SUBTRACT, new Variable("g"), new Constant(-0.5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "update = sgin(g);2;12;there is no function 'sgin'; did you mean",
        "update = g ^ m;2;14;expected one of + - * /, got '^'",
        "update = g;2;13;expected one of + - * /, got the end of the line",
        "update g;2;10;expected '=', got 'g'",
        "update = interp(g, m);2;23;expected ',', got ')'",
        "update = sign(g, m);2;18;expected ')', since sign takes 1 arguments",
        "update = sign(g) m;2;20;expected the end of the line, got 'm'",
        "update = 1x * g;2;12;expected a finite number, got '1x'",
        "update = 1e999 * g;2;12;expected a finite number",
        "update = g * ;2;15;expected a variable or a number, got the end of the line",
        "= g * m;2;3;expected a variable to assign, got '='",
        "return update;2;16;expected 'return update, m, v', got the end of the line"
      })
  void saysWhereATextGoesWrong(String statement, int line, int column, String problem) {
    String text = "def train(w, g, m, v, lr):\n  " + statement + "\n  return update, m, v\n";
    var refusal =
        catchThrowableOfType(ProgramSyntaxException.class, () -> ProgramReader.read(text));
    assertThat(refusal).hasMessageContaining(problem);
    assertThat(refusal.line()).isEqualTo(line);
    assertThat(refusal.column()).isEqualTo(column);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "  \n", "def train(w, g):\n", "def train(w, g, m, v, lr):\n a = g * m\n"})
  void refusesTextsThatDoNotBeginOrEnd(String text) {
    assertThatThrownBy(() -> ProgramReader.read(text)).isInstanceOf(ProgramSyntaxException.class);
  }

  @Test
  void refusesTextAfterTheReturn() {
    String text = PaperProgram.LION.text() + "more";
    assertThatThrownBy(() -> ProgramReader.read(text)).hasMessageContaining("line 9, column 1");
  }

  @Test
  void constantsReadBackExactly() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double value = i == 0 ? -0.0 : random.nextGaussian() * Math.exp(40 * random.nextGaussian());
      var statement = Statement.of("a", Function.ABS, new Constant(value));
      var program = new Program(List.of(statement));
      assertThat(ProgramReader.read(program.toString())).isEqualTo(program);
    }
  }

  /** Five thousand texts, each a paper program with a few characters changed: read or refused. */
  @Test
  void survivesFuzzing() {
    var random = new Random(2);
    int read = 0;
    for (int i = 0; i < 5_000; i++) {
      String text = damaged(random);
      try {
        Program program = ProgramReader.read(text);
        assertThat(ProgramReader.read(program.toString())).isEqualTo(program);
        read++;
      } catch (ProgramSyntaxException refusal) {
        assertThat(refusal.getMessage()).startsWith("Program: line ").doesNotContain("\n");
        assertThat(refusal.line()).isBetween(1, text.split("\n", -1).length);
      }
    }
    assertThat(read).isBetween(100, 4_900);
  }

  private static String damaged(Random random) {
    String alphabet = "wgmvlr0123456789.,()=+-*/ \n\t#_eEx^\u00e9\u0000";
    var papers = List.of(PaperProgram.values());
    var text = new StringBuilder(papers.get(random.nextInt(papers.size())).text());
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(text.length());
      char c = alphabet.charAt(random.nextInt(alphabet.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.insert(at, c);
        case 1 -> text.deleteCharAt(at);
        default -> text.setCharAt(at, c);
      }
    }
    return text.toString();
  }
}
