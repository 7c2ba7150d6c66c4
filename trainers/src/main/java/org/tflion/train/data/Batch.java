package org.tflion.train.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tflion.Require;

/**
 * What one step trains on: rows that all have the same features.
 *
 * @param size number of rows; above 0
 * @param columns the features, each under a name of its own
 */
public record Batch(int size, List<Column> columns) {

  /**
   * Checks that the sizes agree.
   *
   * @throws IllegalArgumentException if they do not, or a name is there twice
   */
  public Batch {
    columns = List.copyOf(columns);
    Require.that(size > 0, "Batch: size must be above 0", size);
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      Feature feature = column.feature();
      Require.that(names.add(feature.name()), "Batch: names must differ", feature.name());
      Require.that(
          column.length() == size * feature.size(),
          "Batch: %s must number size * %s = %d"
              .formatted(feature.name(), feature.shape(), size * feature.size()),
          column.length());
    }
  }

  /** A batch of some columns. */
  public static Batch of(int size, Column... columns) {
    return new Batch(size, List.of(columns));
  }

  /**
   * One of the features.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public Column get(String name) {
    return columns.stream()
        .filter(column -> column.feature().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Batch: feature must be one of %s (got %s)".formatted(shape().names(), name)));
  }

  /** The numbers of a feature of type int32. */
  public int[] ints(String name) {
    return ((Column.Ints) get(name)).values();
  }

  /** What a graph for such batches has to take. */
  public BatchShape shape() {
    return new BatchShape(size, columns.stream().map(Column::feature).toList());
  }
}
