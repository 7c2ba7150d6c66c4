package org.tflion.train.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TString;

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

  /**
   * Writes a bundle of float32 tensors.
   *
   * @param shapes by the names that the bundle is to know them by
   * @param values numbers of a name, row after row
   */
  public void write(Map<String, List<Long>> shapes, Function<String, float[]> values) {
    List<Tensor> fed = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph);
        TString path = TString.scalarOf(prefix.toAbsolutePath().toString())) {
      Ops tf = Ops.create(graph);
      var file = tf.placeholder(TString.class); // []
      List<Operand<?>> tensors = new ArrayList<>();
      Session.Runner runner = session.runner().feed(file, path);
      shapes.forEach(
          (name, sizes) -> {
            Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
            var place = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
            fed.add(TFloat32.tensorOf(shape, DataBuffers.of(values.apply(name))));
            runner.feed(place, fed.get(fed.size() - 1));
            tensors.add(place);
          });
      String[] names = shapes.keySet().toArray(String[]::new);
      String[] whole = Collections.nCopies(names.length, "").toArray(String[]::new);
      runner
          .addTarget(tf.train.save(file, tf.array(names), tf.array(whole), tensors))
          .run()
          .close();
    } finally {
      fed.forEach(Tensor::close);
    }
  }
}
