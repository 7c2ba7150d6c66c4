package org.tflion.optim;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;

/**
 * One piece of state that a rule keeps for each weight, zero at first.
 *
 * @param name unique within the rule
 * @param shape of its values, not always the weight's: Adafactor keeps rows and columns
 * @param storage how its values lie in memory
 * @param axes the axis of the weight that each axis of the slot follows
 */
public record Slot(String name, Shape shape, Storage storage, List<Integer> axes) {

  public Slot {
    axes = List.copyOf(axes);
    Require.that(
        axes.size() == shape.numDimensions(),
        "Slot: axes of '" + name + "' must be one for each of " + shape,
        axes);
  }

  /** A slot whose axes are the weight's own. */
  public Slot(String name, Shape shape, Storage storage) {
    this(name, shape, storage, IntStream.range(0, shape.numDimensions()).boxed().toList());
  }

  /** A slot in the type of the weight. */
  public static Slot of(String name, Shape shape) {
    return new Slot(name, shape, Storage.EXACT);
  }

  /** The part of it that belongs to a piece of the weight; empty if all of it does. */
  public Optional<Piece> piece(Piece ofWeight) {
    int axis = axes.indexOf(ofWeight.axis());
    return axis < 0
        ? Optional.empty()
        : Optional.of(new Piece(shape, axis, ofWeight.start(), ofWeight.length()));
  }

  /**
   * Adds the variable that keeps this slot, zero at first, of the kind and type of its owner.
   *
   * @param owner the weight that the slot belongs to
   * @param unique name of the variable in the graph
   */
  public <T extends TNumber> Weight<T> beside(Ops tf, Weight<T> owner, String unique) {
    Shape own = owner.piece().flatMap(this::piece).map(Piece::shape).orElse(shape);
    return storage.beside(tf, owner, unique, own);
  }

  /**
   * Bytes of all variables that {@link #beside} adds.
   *
   * @param ownerBytes of one value of the weight that the slot belongs to
   */
  public long bytes(int ownerBytes) {
    return storage.bytes(shape, ownerBytes);
  }
}
