package org.tflion.train.data.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;

/** How often each word occurs in texts; words are kept as their bytes. */
public final class WordCounts {

  private final Map<String, Long> counts = new HashMap<>();

  /** Counts the words of a text. */
  public void add(String text) {
    Map<String, Integer> found = new HashMap<>();
    Matcher words = Words.of(text);
    while (words.find()) {
      found.merge(words.group(), 1, Integer::sum);
    }
    found.forEach((word, count) -> counts.merge(ByteSymbols.utf8(word), (long) count, Long::sum));
  }

  /** Adds what was counted elsewhere. */
  public void add(WordCounts more) {
    more.counts.forEach((word, count) -> counts.merge(word, count, Long::sum));
  }

  /** Counts by word, each byte of which is a character from 0 to 255. */
  Map<String, Long> counts() {
    return counts;
  }
}
