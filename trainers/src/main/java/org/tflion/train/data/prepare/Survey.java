package org.tflion.train.data.prepare;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.tflion.Require;
import org.tflion.train.data.format.DocumentReader;
import org.tflion.train.data.format.DocumentSink;
import org.tflion.train.data.format.Unit;
import org.tflion.train.data.format.Units;
import org.tflion.train.data.tokenizer.CharTokenizer;
import org.tflion.train.data.tokenizer.WordCounts;

/**
 * What a tokenizer learns from the text of files, before it is there.
 *
 * @param units of the files
 * @param field of their documents, as in {@link DocumentReader}
 */
public record Survey(List<Unit> units, String field) {

  /**
   * A survey of some files.
   *
   * @throws IllegalArgumentException if a file cannot be read, is damaged, or holds tokens
   */
  public static Survey of(List<Path> files, String field) {
    List<Unit> units = new Units(Units.TARGET, true).of(files);
    Require.that(!units.isEmpty(), "data.path must hold some text", "none in " + files);
    return new Survey(units, field);
  }

  /** Bytes of input. */
  public long size() {
    return units.stream().mapToLong(Unit::size).sum();
  }

  /** The tokenizer of exactly the characters of the files. */
  public CharTokenizer chars() {
    BitSet points = new BitSet();
    units.forEach(unit -> read(unit, text -> text.codePoints().forEach(points::set)));
    int[] alphabet = points.stream().toArray();
    Require.that(alphabet.length > 0, "data.path must hold some text", "empty documents");
    return new CharTokenizer(new String(alphabet, 0, alphabet.length));
  }

  /**
   * Counts the words of the files.
   *
   * @param threads that work at the same time; above 0
   * @param progress is told the number of bytes done
   */
  public WordCounts words(int threads, LongConsumer progress) {
    WordCounts all = new WordCounts();
    long bytes = 0;
    try (UnitPipeline<WordCounts> pipeline = new UnitPipeline<>(this::words, units, threads)) {
      for (int i = 0; i < units.size(); i++) {
        all.add(pipeline.get(i));
        bytes += units.get(i).size();
        progress.accept(bytes);
      }
    }
    return all;
  }

  private WordCounts words(Unit unit) {
    WordCounts counts = new WordCounts();
    read(unit, counts::add);
    return counts;
  }

  private void read(Unit unit, Consumer<String> texts) {
    DocumentSink sink =
        new DocumentSink() {
          @Override
          public void text(String part) {
            texts.accept(part);
          }

          @Override
          public void tokens(List<Long> part) {
            throw new IllegalArgumentException(
                "a tokenizer must have text to learn from (got tokens in " + unit.file() + ")");
          }

          @Override
          public void end() {}
        };
    new DocumentReader(field).read(unit, sink);
  }
}
