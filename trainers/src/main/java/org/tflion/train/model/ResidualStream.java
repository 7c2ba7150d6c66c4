package org.tflion.train.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * A model in parts, between which nothing passes but rows.
 *
 * <pre>{@code
 * x = first(batch);  x = x + branch(x, batch) for each branch;  loss = last(x, batch)
 * }</pre>
 *
 * <p>Whoever runs the parts one after the other needs the weights of one part at a time. Peers can
 * share a branch: what it adds is then the sum of what they make.
 *
 * @param first makes the rows; empty if the last part needs none
 * @param branches each adds to the rows
 * @param last makes the loss
 */
public record ResidualStream<T extends TNumber>(
    Optional<Part<First<T>>> first, List<Part<Branch<T>>> branches, Part<Last<T>> last) {

  /**
   * A part of a model.
   *
   * @param names of the parameters that it reads, which other parts may read too
   * @param shares what each of several peers has of some of them; of the others everyone has all
   * @param inside what it does; of a branch, what each peer does
   */
  public record Part<F>(List<String> names, Map<String, Share> shares, F inside) {

    public Part {
      names = List.copyOf(names);
      shares = Map.copyOf(shares);
    }

    /** A part that everyone does alike. */
    public Part(List<String> names, F inside) {
      this(names, Map.of(), inside);
    }
  }

  /** Makes rows of a batch. */
  @FunctionalInterface
  public interface First<T extends TNumber> {

    /** Adds the operations. */
    Operand<T> apply(Ops tf, Parameters<T> values, Inputs batch);
  }

  /** Makes of rows what is to be added to them. */
  @FunctionalInterface
  public interface Branch<T extends TNumber> {

    /** Adds the operations. */
    Operand<T> apply(Ops tf, Parameters<T> values, Inputs batch, Operand<T> rows);
  }

  /** Makes the loss of rows. */
  @FunctionalInterface
  public interface Last<T extends TNumber> {

    /** Adds the operations; the rows are those of the batch itself if there is no first part. */
    Objective<T> apply(Ops tf, Parameters<T> values, Inputs batch, Optional<Operand<T>> rows);
  }

  public ResidualStream {
    branches = List.copyOf(branches);
  }

  /** A model of one part. */
  public static <T extends TNumber> ResidualStream<T> whole(Model model) {
    List<String> names = model.parameters().stream().map(Parameter::name).toList();
    return new ResidualStream<>(
        Optional.empty(),
        List.of(),
        new Part<>(names, (tf, values, batch, rows) -> model.loss(tf, values, batch)));
  }
}
