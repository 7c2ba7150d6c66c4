package org.tflion.train.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which of the known words someone meant. */
public final class NearestMatch {

  private NearestMatch() {}

  /**
   * The known word with the smallest edit distance, the first of several; empty if even that one
   * differs in more than a third of its letters (or two, if it is short).
   */
  public static Optional<String> of(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> isNear(word, candidate))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** The end of a refusal: the word that was meant, or, with none near, all that are known. */
  public static String hint(String word, Collection<String> known) {
    return of(word, known)
        .map(match -> "did you mean " + match + "?")
        .orElseGet(() -> "known are " + String.join(", ", known));
  }

  private static boolean isNear(String word, String candidate) {
    int limit = Math.max(2, candidate.length() / 3);
    // The lengths alone bound the distance from below; long nonsense is not worth a table.
    return Math.abs(word.length() - candidate.length()) <= limit
        && distance(word, candidate) <= limit;
  }

  /**
   * The Levenshtein distance: the fewest letters to insert, delete or replace that turn one word
   * into the other. Upper and lower case count as the same.
   */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = above[j - 1] + (same(a.charAt(i - 1), b.charAt(j - 1)) ? 0 : 1);
        row[j] = Math.min(replace, 1 + Math.min(row[j - 1], above[j]));
      }
      above = row;
    }
    return above[b.length()];
  }

  private static boolean same(char a, char b) {
    return Character.toLowerCase(a) == Character.toLowerCase(b);
  }
}
