package org.tflion.train.data.prepare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tflion.Require;
import org.tflion.train.data.format.DocumentReader;
import org.tflion.train.data.format.DocumentSink;
import org.tflion.train.data.format.Unit;
import org.tflion.train.data.format.Units;
import org.tflion.train.data.source.Documents;
import org.tflion.train.data.source.TokenArray;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * Documents to tokens; each document ends with the tokenizer's end of text, if it has one.
 *
 * @param tokenizer that text goes through
 * @param field of the documents, as in {@link DocumentReader}
 */
public record Encoder(Tokenizer tokenizer, String field) {

  /** Some seconds of work, and at most four times as many bytes of tokens. */
  private static final long LARGEST_IN_MEMORY = 1L << 26;

  /** Collects what one unit holds. */
  private final class Sink implements DocumentSink {

    private final TokenList tokens = new TokenList();
    private final TokenList ends = new TokenList();

    @Override
    public void text(String part) {
      tokens.addAll(tokenizer.encode(part));
    }

    @Override
    public void tokens(List<Long> part) {
      int vocabulary = tokenizer.vocabularySize();
      for (long token : part) {
        Require.that(
            token >= 0 && token < vocabulary,
            "data.field: tokens must be in [0, " + vocabulary + ") of the tokenizer",
            token);
        tokens.add((int) token);
      }
    }

    @Override
    public void end() {
      if (tokens.size() > (ends.size() == 0 ? 0 : ends.last())) {
        tokenizer.endOfText().ifPresent(tokens::add);
        ends.add(tokens.size());
      }
    }
  }

  /** How this tokenizer's text may be cut. */
  Units units() {
    return new Units(Units.TARGET, tokenizer.splitsBeforeSpaces());
  }

  /**
   * The tokens of a unit.
   *
   * @throws IllegalArgumentException if it is refused, naming its file
   */
  Encoded encode(Unit unit) {
    Sink sink = new Sink();
    try {
      new DocumentReader(field).read(unit, sink);
    } catch (IllegalArgumentException e) {
      String said = String.valueOf(e.getMessage());
      throw said.contains(unit.file().toString())
          ? e
          : new IllegalArgumentException(said + " in " + unit.file(), e);
    }
    return new Encoded(sink.tokens.toArray(), sink.ends.toArray());
  }

  /**
   * The tokens of files, in memory.
   *
   * @param separate whether to keep where documents end
   * @throws IllegalArgumentException if one is refused, they hold nothing, or too much
   */
  public TokenSource open(List<Path> files, boolean separate) {
    TokenList tokens = new TokenList();
    TokenList ends = new TokenList();
    for (Unit unit : inMemory(units().of(files), tokenizer.name())) {
      Encoded part = encode(unit);
      for (int end : part.ends()) {
        ends.add(tokens.size() + end);
      }
      tokens.addAll(part.tokens());
    }
    Require.that(tokens.size() > 0, "data.path must hold some text", "none in " + files);
    TokenSource all = new TokenArray(tokens.toArray());
    return separate
        ? new Documents(all, Arrays.stream(ends.toArray()).asLongStream().toArray())
        : all;
  }

  private static List<Unit> inMemory(List<Unit> units, String tokenizer) {
    long bytes = units.stream().mapToLong(Unit::size).sum();
    Require.that(
        bytes <= LARGEST_IN_MEMORY,
        "data.path: text of more than 64 MiB must be turned into tokens once, by"
            + " tflion data prepare --tokenizer "
            + tokenizer,
        bytes + " bytes");
    return units;
  }
}
