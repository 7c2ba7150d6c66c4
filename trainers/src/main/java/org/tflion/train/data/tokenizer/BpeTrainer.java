package org.tflion.train.data.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import org.tflion.Require;

/**
 * Learns a byte-level BPE vocabulary: it begins with the 256 bytes and, again and again, makes one
 * token of the pair of neighbours that occurs most often in the words of a text.
 *
 * <p>Of pairs that occur equally often the one of the smaller tokens comes first, so that the
 * result depends on the counts alone. It ends at the size that was asked for, or when every pair
 * that is left occurs once.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., 2016, algorithm 1</a>
 */
public final class BpeTrainer {

  /** A pair that occurs once is no pattern. */
  private static final long LEAST_COUNT = 2;

  /** A pair and how often it occurred when it was queued. */
  private record Candidate(long count, long pair) implements Comparable<Candidate> {

    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      return byCount != 0 ? byCount : Long.compare(pair, other.pair);
    }
  }

  /** How often a pair occurs, and in which words it may. */
  private static final class Occurrences {
    private long count;
    private final List<Integer> words = new ArrayList<>();
  }

  private final int vocabulary;
  private final List<int[]> words = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private final Map<Long, Occurrences> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

  /** The symbols of each token, in the order of their numbers. */
  private final List<String> tokens = new ArrayList<>();

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String[]> merges = new ArrayList<>();

  /**
   * Prepares to learn.
   *
   * @param counts of the words of the text
   * @param vocabulary number of tokens, with the 256 bytes and the end of text; 257 or more
   */
  public BpeTrainer(WordCounts counts, int vocabulary) {
    Require.that(
        vocabulary > ByteSymbols.BYTES && vocabulary <= 1 << 20,
        "--vocab must be from 257, the bytes and the end of text, to 1048576",
        vocabulary);
    this.vocabulary = vocabulary;
    List<Character> symbols = new ArrayList<>();
    for (int b = 0; b < ByteSymbols.BYTES; b++) {
      symbols.add(ByteSymbols.of(b));
    }
    symbols.stream().sorted().forEach(symbol -> number(String.valueOf(symbol)));
    counts.counts().forEach(this::addWord);
    pairs.forEach((pair, seen) -> queue.add(new Candidate(seen.count, pair)));
  }

  private int number(String symbols) {
    Integer known = numbers.putIfAbsent(symbols, tokens.size());
    if (known != null) {
      return known;
    }
    tokens.add(symbols);
    return tokens.size() - 1;
  }

  private void addWord(String bytes, long count) {
    int[] word = new int[bytes.length()];
    for (int i = 0; i < word.length; i++) {
      word[i] = number(String.valueOf(ByteSymbols.of(bytes.charAt(i))));
    }
    words.add(word);
    counts.add(count);
    for (int i = 0; i + 1 < word.length; i++) {
      Occurrences seen =
          pairs.computeIfAbsent(Merges.pair(word[i], word[i + 1]), key -> new Occurrences());
      seen.count += count;
      seen.words.add(words.size() - 1);
    }
  }

  /**
   * Learns the vocabulary.
   *
   * @param progress is told the number of tokens so far
   * @return the text of a {@code tokenizer.json}
   */
  public String train(IntConsumer progress) {
    int room = vocabulary - 1; // The last is the end of text.
    while (tokens.size() < room && !queue.isEmpty()) {
      Candidate best = queue.remove();
      Occurrences seen = pairs.get(best.pair());
      if (seen == null || seen.count < LEAST_COUNT) {
        continue;
      }
      if (seen.count != best.count()) {
        queue.add(new Candidate(seen.count, best.pair()));
        continue;
      }
      merge(best.pair(), seen);
      progress.accept(tokens.size() + 1);
    }
    return TokenizerJsonText.of(tokens, merges);
  }

  private void merge(long pair, Occurrences seen) {
    int left = (int) (pair >>> Integer.SIZE);
    int right = (int) pair;
    String[] parts = {tokens.get(left), tokens.get(right)};
    merges.add(parts);
    int joined = number(parts[0] + parts[1]);
    pairs.remove(pair);
    for (int word : seen.words) {
      int[] old = words.get(word);
      int[] next = joined(old, left, right, joined);
      if (next.length < old.length) {
        recount(word, old, next);
      }
    }
  }

  /** A word after every pair of two tokens, from the left, became one. */
  private static int[] joined(int[] word, int left, int right, int joined) {
    int[] next = new int[word.length];
    int size = 0;
    for (int i = 0; i < word.length; i++, size++) {
      boolean found = i + 1 < word.length && word[i] == left && word[i + 1] == right;
      next[size] = found ? joined : word[i];
      i += found ? 1 : 0;
    }
    return Arrays.copyOf(next, size);
  }

  private void recount(int word, int[] old, int[] next) {
    long count = counts.get(word);
    Map<Long, Long> change = new HashMap<>();
    for (int i = 0; i + 1 < old.length; i++) {
      change.merge(Merges.pair(old[i], old[i + 1]), -count, Long::sum);
    }
    for (int i = 0; i + 1 < next.length; i++) {
      change.merge(Merges.pair(next[i], next[i + 1]), count, Long::sum);
    }
    words.set(word, next);
    change.forEach(
        (pair, by) -> {
          if (by != 0) {
            change(pair, by, word);
          }
        });
  }

  /** A pair that became rarer finds its place in the queue when it is first in it. */
  private void change(long pair, long by, int word) {
    Occurrences seen = pairs.get(pair);
    if (seen == null && by > 0) {
      seen = new Occurrences();
      pairs.put(pair, seen);
    }
    if (seen != null) {
      seen.count += by;
      if (by > 0) {
        seen.words.add(word);
        queue.add(new Candidate(seen.count, pair));
      }
    }
  }
}
