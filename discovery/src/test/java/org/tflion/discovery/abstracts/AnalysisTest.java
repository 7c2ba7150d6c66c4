package org.tflion.discovery.abstracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.discovery.Golden;
import org.tflion.discovery.Programs;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import tools.jackson.databind.JsonNode;

class AnalysisTest {

  static List<JsonNode> cases() {
    return Golden.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void findsTheReferenceLiveStatements(JsonNode golden) {
    var analysis = Analysis.of(Golden.program(golden).program());
    JsonNode hyper = golden.get("hyper");
    assertThat(indices(analysis.live()))
        .isEqualTo(Golden.integers(hyper.get("live_statement_indices")));
    assertThat(indices(analysis.liveAcrossCalls()))
        .isEqualTo(Golden.integers(hyper.get("cross_iteration_live_indices")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pruningKeepsTheHash(JsonNode golden) {
    Program program = Golden.program(golden).program();
    long hash = Analysis.of(program).hash();
    assertThat(Analysis.of(Pruning.withoutRedundant(program)).hash()).isEqualTo(hash);
    assertThat(Analysis.of(Pruning.withoutDead(program)).hash()).isEqualTo(hash);
  }

  @Test
  void prunesTheRawProgramFrom21To13To12Statements() {
    Program raw = PaperProgram.RAW.program();
    assertThat(raw.size()).isEqualTo(21);
    assertThat(Pruning.withoutRedundant(raw).size()).isEqualTo(13);
    assertThat(Pruning.withoutDead(raw).size()).isEqualTo(12);
    assertThat(Analysis.of(raw).redundantShare()).isEqualTo(8.0 / 21);
  }

  @Test
  void hashSeesFunctionsOrderInputsAndConstantsButNoNames() {
    long hash = hash("a = g * 0.1\n update = a - w");
    assertThat(hash("zz = g * 0.1\n lr = cos(lr)\n update = zz - w")).isEqualTo(hash);
    assertThat(hash("a = g * 0.1\n update = w - a")).isNotEqualTo(hash);
    assertThat(hash("a = g + 0.1\n update = a - w")).isNotEqualTo(hash);
    assertThat(hash("a = m * 0.1\n update = a - w")).isNotEqualTo(hash);
    assertThat(hash("a = g * 0.1\n update = a - w\n m = g * 2.0\n")).isEqualTo(hash);
    assertThat(hash("a = g * 0.1\n update = m - w\n m = g * 2.0\n"))
        .isNotEqualTo(hash("a = g * 0.1\n update = m - w\n m = g * 3.0\n"));
  }

  @Test
  void hashTakesConstantsByTheirFloatBits() {
    assertThat(hash("update = g * 0.1")).isEqualTo(hash("update = g * 0.10000000001"));
    assertThat(hash("update = g * 0.1")).isNotEqualTo(hash("update = g * 0.10000001"));
    assertThat(hash("update = g * 0.0")).isNotEqualTo(hash("update = g * -0.0"));
  }

  /** Program where m feeds only v, and v only the update: both survive. */
  @Test
  void livenessFollowsStatesThatFeedEachOther() {
    var analysis = Analysis.of(Programs.of("update = v * 1.0\n v = v + m\n m = m + g"));
    assertThat(indices(analysis.liveAcrossCalls())).containsExactly(0, 1, 2);
    analysis = Analysis.of(Programs.of("update = m * 1.0\n v = v + g\n m = m + v"));
    assertThat(indices(analysis.liveAcrossCalls())).containsExactly(0, 1, 2);
    analysis = Analysis.of(Programs.of("update = g * 1.0\n v = v + m\n m = m + g"));
    assertThat(indices(analysis.liveAcrossCalls())).containsExactly(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "update = g * x;statement 1 (update = g * x): 'x' has no value yet;",
        "update = interp(g, m, g);interp needs a scalar as its third argument",
        "update = clip(g, m);clip needs a scalar as its second argument",
        "update = power(g, 2.0);power needs two scalars (got a tree like w, a scalar)",
        "update = invert(g);invert needs an integer",
        "update = dot(g, lr);dot needs two values of the same shape",
        "update = dot(g, m);'update' must return a tree like w (got a scalar)",
        "update = norm(g);'update' must return a tree like w (got one scalar per leaf)",
        "x = norm(g);'update' is returned but never assigned"
      })
  void refusesProgramsThatCannotRun(String statement, String problem) {
    assertThatThrownBy(() -> Analysis.of(Programs.of(statement)))
        .isInstanceOf(InvalidProgramException.class)
        .hasMessageContaining(problem);
    assertThat(Analysis.tryOf(Programs.of(statement))).isNull();
  }

  private static long hash(String statements) {
    return Analysis.of(Programs.of(statements)).hash();
  }

  private static List<Integer> indices(BitSet set) {
    return set.stream().boxed().toList();
  }
}
