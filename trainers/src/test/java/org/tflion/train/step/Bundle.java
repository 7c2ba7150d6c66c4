package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Reads what a step has saved with TensorFlow itself. */
record Bundle(Path prefix) {

  /** The numbers of one float32 tensor. */
  double[] numbers(String name) {
    try (EagerSession session = EagerSession.create()) {
      return numbers((TFloat32) read(session, name, TFloat32.class));
    }
  }

  /** The counter of updates. */
  long updates() {
    try (EagerSession session = EagerSession.create()) {
      return ((TInt64) read(session, "updates", TInt64.class)).getLong();
    }
  }

  private TType read(EagerSession session, String name, Class<? extends TType> type) {
    Ops tf = Ops.create(session);
    return tf.train
        .restore(
            tf.constant(prefix.toAbsolutePath().toString()),
            tf.array(name),
            tf.array(""),
            List.of(type))
        .tensors()
        .get(0)
        .asTensor();
  }

  static double[] numbers(TFloat32 tensor) {
    float[] read = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(read);
    double[] numbers = new double[read.length];
    for (int i = 0; i < read.length; i++) {
      numbers[i] = read[i];
    }
    return numbers;
  }
}
