package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestMatchTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "kitten, sitting, 3",
    "flaw, lawn, 2",
    "lion, lino, 2",
    "Lion, lION, 0",
    "abc, abc, 0"
  })
  void countsLetters(String a, String b, int distance) {
    assertThat(NearestMatch.distance(a, b)).isEqualTo(distance);
    assertThat(NearestMatch.distance(b, a)).isEqualTo(distance);
  }

  /** The definition, without a table. */
  private static int recursive(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    int replace = recursive(a.substring(1), b.substring(1)) + (a.charAt(0) == b.charAt(0) ? 0 : 1);
    int insert = recursive(a, b.substring(1)) + 1;
    return Math.min(replace, Math.min(insert, recursive(a.substring(1), b) + 1));
  }

  @Test
  void agreesWithTheDefinitionOnRandomWords() {
    var random = new SplittableRandom(1);
    for (int round = 0; round < 300; round++) {
      String a = word(random);
      String b = word(random);
      assertThat(NearestMatch.distance(a, b)).as("%s %s", a, b).isEqualTo(recursive(a, b));
    }
  }

  private static String word(SplittableRandom random) {
    var word = new StringBuilder();
    random.ints(random.nextInt(6), 'a', 'd').forEach(letter -> word.append((char) letter));
    return word.toString();
  }

  @Test
  void findsTheNearestOrNone() {
    List<String> known = List.of("lion", "adamw", "adafactor");
    assertThat(NearestMatch.of("adam", known)).hasValue("adamw");
    assertThat(NearestMatch.of("adafactr", known)).hasValue("adafactor");
    assertThat(NearestMatch.of("LOIN", known)).hasValue("lion");
    assertThat(NearestMatch.of("momentum", known)).isEmpty();
    assertThat(NearestMatch.of("x", List.of())).isEmpty();
  }

  @Test
  void hintsAtTheNearestOrListsAll() {
    List<String> known = List.of("lion", "adamw");
    assertThat(NearestMatch.hint("lyon", known)).isEqualTo("did you mean lion?");
    assertThat(NearestMatch.hint("momentum", known)).isEqualTo("known are lion, adamw");
  }
}
