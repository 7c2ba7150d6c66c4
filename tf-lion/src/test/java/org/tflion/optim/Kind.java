package org.tflion.optim;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.family.TNumber;

/** TensorFlow's two kinds of variables, as a test makes and reads them. */
enum Kind {
  REF {
    @Override
    <T extends TNumber> Output<?> make(Ops tf, String name, Operand<T> initial) {
      Variable<T> made = tf.withName(name).variable(initial.shape(), initial.type());
      tf.withInitScope().assign(made, initial);
      return made.asOutput();
    }
  },
  RESOURCE {
    @Override
    <T extends TNumber> Output<?> make(Ops tf, String name, Operand<T> initial) {
      Weight<T> made = Weight.resource(tf, name, initial.shape(), initial.type());
      made.assign(tf.withInitScope(), initial);
      return made.variable();
    }
  };

  /** Adds a variable; {@code initial} is an operation of the init scope. */
  abstract <T extends TNumber> Output<?> make(Ops tf, String name, Operand<T> initial);

  /** Adds a read of a variable by its name. */
  @SuppressWarnings("unchecked")
  static <T extends TNumber> Operand<T> read(Graph graph, Ops tf, String name) {
    return (Operand<T>) Weight.of(graph.operationOrThrow(name).output(0)).read(tf);
  }
}
