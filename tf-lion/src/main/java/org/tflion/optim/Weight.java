package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Empty;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable of a graph, of either of TensorFlow's two kinds, and how to read and overwrite it.
 *
 * @param <T> type of its values
 */
public sealed interface Weight<T extends TNumber>
    permits RefWeight, ResourceWeight, Bfloat16Weight, BlockWeight, MasterWeight, PieceWeight {

  /**
   * The variable behind an output of the graph.
   *
   * @throws IllegalArgumentException if {@code variable} is no variable, its shape is unknown, or
   *     its type is neither float32 nor float64
   */
  static Weight<?> of(Output<? extends TType> variable) {
    GraphOperation op = (GraphOperation) variable.op();
    return switch (op.type()) {
      case RefWeight.OP -> RefWeight.of(op);
      case ResourceWeight.OP -> ResourceWeight.of(op);
      default ->
          throw new IllegalArgumentException(
              "Weight: '" + op.name() + "' must be a variable (got operation " + op.type() + ")");
    };
  }

  /** A bfloat16 variable as it is; optimizers move what {@link Bfloat16Weights#of} makes of it. */
  static Weight<TBfloat16> bfloat16(Output<? extends TType> variable) {
    GraphOperation op = (GraphOperation) variable.op();
    return op.type().equals(RefWeight.OP)
        ? RefWeight.of(op, TBfloat16.class)
        : ResourceWeight.of(op, TBfloat16.class);
  }

  /**
   * Adds a resource variable, not initialised yet.
   *
   * @param name unique in the graph; a number is appended if it is taken
   */
  static <T extends TNumber> Weight<T> resource(Ops tf, String name, Shape shape, Class<T> type) {
    return ResourceWeight.create(tf, name, shape, type);
  }

  /**
   * Adds a resource variable that holds a part of a weight, not initialised yet.
   *
   * @param tf of the device where it is to lie
   * @param name of the whole weight
   */
  static <T extends TNumber> Weight<T> piece(Ops tf, String name, Piece piece, Class<T> type) {
    return new PieceWeight<>(ResourceWeight.create(tf, name, piece.shape(), type), name, piece);
  }

  /** Name of the variable in its graph, or of the weight that it is a piece of. */
  String name();

  /** What it holds of a larger weight, if it is a piece of one. */
  default Optional<Piece> piece() {
    return Optional.empty();
  }

  /** The variable itself, or its handle. */
  Output<? extends TType> variable();

  /** Shape of its values. */
  Shape shape();

  /** Type of its values, which is not that of the variable where they are stored smaller. */
  Class<T> type();

  /** The variables of the graph that hold it, what a checkpoint has to keep. */
  default List<Weight<?>> parts() {
    return List.of(this);
  }

  /** Bytes of all its variables. */
  default long bytes() {
    return parts().stream().mapToLong(part -> part.shape().size() * VariableType.bytes(part)).sum();
  }

  /** The value that its variables stand for. */
  Operand<T> decode(Ops tf, Stored stored);

  /** What its variables must hold to stand for a value. */
  Stored encode(Ops tf, Operand<T> value);

  /** Adds a read of the present value, of {@link #shape()}. */
  default Operand<T> read(Ops tf) {
    return decode(tf, Stored.read(tf, this));
  }

  /** Adds a write of a new value, of {@link #shape()}. */
  default Op assign(Ops tf, Operand<T> value) {
    return encode(tf, value).write(tf, this);
  }

  /**
   * Adds a write of zeros to all its variables.
   *
   * <p>The zero is made by an operation with effects. TensorFlow would fold any other into a
   * constant, which takes as much memory as the variable for as long as the session.
   */
  default Op clear(Ops tf) {
    Operand<TFloat32> zero =
        tf.empty(tf.constant(new int[0]), TFloat32.class, Empty.init(true)); // []
    List<Operand<?>> zeros = new ArrayList<>();
    for (Weight<?> part : parts()) {
      zeros.add(tf.fill(tf.constant(part.shape()), tf.dtypes.cast(zero, part.type()))); // shape
    }
    return new Stored(zeros).write(tf, this);
  }

  /**
   * The value that a write of this one would keep, if that is up to chance.
   *
   * @param update its number, a scalar
   */
  default Operand<T> rounded(Ops tf, Operand<T> value, Operand<TFloat64> update) {
    return value;
  }

  /** Adds a variable of the same kind and graph, zero at first, for the state of an optimizer. */
  <S extends TNumber> Weight<S> sibling(Ops tf, String name, Shape shape, Class<S> type);
}
