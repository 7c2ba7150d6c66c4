package org.tflion.discovery.lower;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.discovery.interpret.Scalars;
import org.tflion.discovery.program.Function;

/** The functions that work element by element, as operations of a graph. */
final class Functions {

  private Functions() {}

  /** The value of a function without arguments. */
  static double value(Function function) {
    return Scalars.constant(function);
  }

  /** A function of one argument. */
  static <T extends TNumber> Operand<T> map(Ops tf, Function function, Operand<T> x) {
    return switch (function) {
      case ABS -> tf.math.abs(x);
      case COS -> tf.math.cos(x);
      case SIN -> tf.math.sin(x);
      case TAN -> tf.math.tan(x);
      case ARCSIN -> tf.math.asin(x);
      case ARCCOS -> tf.math.acos(x);
      case ARCTAN -> tf.math.atan(x);
      case SINH -> tf.math.sinh(x);
      case COSH -> tf.math.cosh(x);
      case TANH -> tf.math.tanh(x);
      case ARCSINH -> tf.math.asinh(x);
      case ARCCOSH -> tf.math.acosh(x);
      case ARCTANH -> tf.math.atanh(x);
      case SQUARE -> tf.math.square(x);
      case SQRT -> tf.math.sqrt(tf.math.abs(x));
      case CUBE -> tf.math.mul(tf.math.mul(x, x), x);
      case CBRT ->
          tf.math.mul(tf.math.sign(x), tf.math.pow(tf.math.abs(x), scalar(tf, 1.0 / 3, x)));
      case SIGN -> tf.math.sign(x);
      case RECIPROCAL -> tf.math.reciprocal(x);
      case NEGATIVE -> tf.math.neg(x);
      default -> exponential(tf, function, x);
    };
  }

  private static <T extends TNumber> Operand<T> exponential(
      Ops tf, Function function, Operand<T> x) {
    return switch (function) {
      case EXP -> tf.math.exp(x);
      case EXP2 -> tf.math.pow(scalar(tf, 2, x), x);
      case EXP10 -> tf.math.pow(scalar(tf, 10, x), x);
      case EXPM1 -> tf.math.expm1(x);
      case LOG -> tf.math.log(tf.math.abs(x));
      case LOG10 -> tf.math.div(tf.math.log(tf.math.abs(x)), scalar(tf, Math.log(10), x));
      case LOG2 -> tf.math.div(tf.math.log(tf.math.abs(x)), scalar(tf, Math.log(2), x));
      case LOG1P -> {
        var minusOne = scalar(tf, -1, x);
        var above = tf.math.greater(x, minusOne);
        // Where it does not apply, each branch still must be a number.
        var inside = tf.select(above, x, tf.zerosLike(x));
        var below = tf.math.log(tf.math.abs(tf.math.sub(x, minusOne)));
        yield tf.select(above, tf.math.log1p(inside), below);
      }
      default ->
          throw new IllegalStateException("Functions: " + function + " does not map one number");
    };
  }

  /** A function of two arguments. */
  static <T extends TNumber> Operand<T> combine(
      Ops tf, Function function, Operand<T> x, Operand<T> y) {
    return switch (function) {
      case ADD -> tf.math.add(x, y);
      case SUBTRACT -> tf.math.sub(x, y);
      case MULTIPLY -> tf.math.mul(x, y);
      case DIVIDE ->
          tf.math.div(x, tf.math.add(y, scalar(tf, Scalars.constant(Function.GET_EPS), y)));
      case MAXIMUM -> tf.math.maximum(x, y);
      case MINIMUM -> tf.math.minimum(x, y);
      case POWER -> tf.math.pow(x, y);
      default ->
          throw new IllegalStateException("Functions: " + function + " does not combine two");
    };
  }

  private static <T extends TNumber> Operand<T> scalar(Ops tf, double value, Operand<T> like) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
