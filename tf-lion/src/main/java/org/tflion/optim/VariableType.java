package org.tflion.optim;

import org.tensorflow.GraphOperation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Operands;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/** The types and shapes of variables that an optimizer can update, and the refusal of others. */
final class VariableType {

  private VariableType() {}

  static Class<? extends TNumber> of(GraphOperation op) {
    DataType type = op.attributes().getAttrType("dtype");
    return switch (type) {
      case DT_FLOAT -> TFloat32.class;
      case DT_DOUBLE -> TFloat64.class;
      default ->
          throw new IllegalArgumentException(
              "Optimizer: variable '"
                  + op.name()
                  + "' must be float32 or float64 (got "
                  + type
                  + "); keep it in float32 and cast the value that the model reads, or give bfloat16 a"
                  + " float32 master or stochastic rounding by UpdateOptions.withBfloat16, because in"
                  + " 16 bits a step of 1e-4 from 1.0 is lost to rounding");
    };
  }

  static boolean isBfloat16(GraphOperation op) {
    return isFloating(op) && op.attributes().getAttrType("dtype") == DataType.DT_BFLOAT16;
  }

  /** Whether gradients by the variable make sense; 16-bit types count, to be refused by name. */
  static boolean isFloating(GraphOperation op) {
    return switch (op.attributes().getAttrType("dtype")) {
      case DT_FLOAT, DT_DOUBLE, DT_BFLOAT16, DT_HALF -> true;
      default -> false;
    };
  }

  static void requireKnown(String name, Shape shape) {
    if (shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "Optimizer: variable '" + name + "' must have a fully known shape (got " + shape + ")");
    }
  }

  /** Bytes of one value of a variable. */
  static long bytes(Weight<?> variable) {
    return switch (Operands.toDataType(variable.type())) {
      case DT_DOUBLE, DT_INT64 -> 8;
      case DT_FLOAT -> 4;
      case DT_BFLOAT16 -> 2;
      case DT_UINT8 -> 1;
      default ->
          throw new IllegalArgumentException(
              "Weight: type must be one an optimizer keeps (got " + variable.type() + ")");
    };
  }
}
