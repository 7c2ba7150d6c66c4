package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Tensors of a bundle as arrays, one at a time.
 *
 * @param prefix of the bundle
 */
public record BundleTensors(Path prefix) {

  /**
   * Reads float32 tensors.
   *
   * @param names as the bundle knows them
   * @param reader is given each name with its values, row after row
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name is not there
   */
  public void read(List<String> names, BiConsumer<String, float[]> reader) {
    for (String name : names) {
      try (Graph graph = new Graph();
          Session session = new Session(graph)) {
        Ops tf = Ops.create(graph);
        Output<?> value =
            tf.train
                .restore(
                    tf.constant(prefix.toAbsolutePath().toString()),
                    tf.array(name),
                    tf.array(""),
                    List.of(TFloat32.class))
                .tensors()
                .get(0);
        try (Result result = session.runner().fetch(value).run()) {
          TFloat32 tensor = (TFloat32) result.get(0);
          float[] values = new float[Math.toIntExact(tensor.size())];
          tensor.asRawTensor().data().asFloats().read(values);
          reader.accept(name, values);
        }
      }
    }
  }
}
