package org.tflion.train.data.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Which pairs of tokens become one, and in which order. */
final class Merges {

  /** What a pair becomes, and how early. */
  private record Merge(int rank, int token) {}

  private final Map<Long, Merge> byPair = new HashMap<>();

  /** A pair of tokens as one number. */
  static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  /** Adds the next merge; false if the pair has one already. */
  boolean add(int left, int right, int token) {
    return byPair.putIfAbsent(pair(left, right), new Merge(byPair.size(), token)) == null;
  }

  /**
   * Merges the tokens of a word: always the earliest merge that there is, and of several places the
   * first, until there is none.
   */
  int[] apply(int[] word) {
    if (word.length < 2) {
      return word;
    }
    return new Chain(word).merged();
  }

  /** A word whose tokens know their neighbours. */
  private final class Chain {

    private final int[] token;
    private final int[] next;
    private final int[] previous;

    /** Ranks in the high half, places in the low; places that have changed since stay inside. */
    private final PriorityQueue<Long> queue = new PriorityQueue<>();

    Chain(int[] word) {
      token = word.clone();
      next = new int[word.length];
      previous = new int[word.length];
      for (int i = 0; i < word.length; i++) {
        next[i] = i + 1;
        previous[i] = i - 1;
      }
      for (int i = 0; i < word.length; i++) {
        offer(i);
      }
    }

    private @Nullable Merge at(int place) {
      int after = next[place];
      boolean pair = token[place] >= 0 && after < token.length;
      return pair ? byPair.get(pair(token[place], token[after])) : null;
    }

    private void offer(int place) {
      Merge merge = at(place);
      if (merge != null) {
        queue.add((long) merge.rank() << Integer.SIZE | place);
      }
    }

    int[] merged() {
      int left = token.length;
      while (!queue.isEmpty()) {
        long first = queue.remove();
        int place = (int) first;
        Merge merge = at(place);
        if (merge == null || merge.rank() != first >>> Integer.SIZE) {
          continue;
        }
        join(place, merge.token());
        left--;
      }
      int[] merged = new int[left];
      for (int i = 0, place = 0; i < left; i++, place = next[place]) {
        merged[i] = token[place];
      }
      return merged;
    }

    private void join(int place, int joined) {
      int gone = next[place];
      token[place] = joined;
      token[gone] = -1;
      next[place] = next[gone];
      if (next[place] < token.length) {
        previous[next[place]] = place;
      }
      offer(place);
      if (previous[place] >= 0) {
        offer(previous[place]);
      }
    }
  }
}
