package org.tflion.tpu.remote;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;

/** A data-parallel step for two workers, and the values it takes and gives. */
final class TwoWorkers {

  private TwoWorkers() {}

  private static DeviceSpec task(int index) {
    return DeviceSpec.newBuilder()
        .job("worker")
        .replica(0)
        .task(index)
        .deviceType(DeviceSpec.DeviceType.CPU)
        .deviceIndex(0)
        .build();
  }

  /** A weight on worker 0, updated with the sum of gradients that both workers compute. */
  static GraphDef step() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops first = tf.withDevice(task(0));
      Ops second = tf.withDevice(task(1));
      VarHandleOp w =
          first
              .withName("w")
              .varHandleOp(TFloat32.class, Shape.scalar(), VarHandleOp.sharedName("w"));
      first.withName("init").assignVariableOp(w, first.constant(1f));
      Placeholder<TFloat32> x =
          tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(Shape.of(2)));
      Operand<TFloat32> read = first.withName("read").readVariableOp(w, TFloat32.class);
      Operand<TFloat32> g0 = first.math.mul(read, first.reduceSum(x, first.constant(0)));
      Operand<TFloat32> g1 =
          second.withName("g1").math.mul(read, second.reduceMax(x, second.constant(0)));
      Operand<TFloat32> sum = first.withName("sum").math.addN(List.of(g0, g1));
      first.withName("update").assignSubVariableOp(w, first.math.mul(first.constant(0.1f), sum));
      return graph.toGraphDef();
    }
  }

  static TensorProto floats(float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length)));
    for (float value : values) {
      tensor.addFloatVal(value);
    }
    return tensor.build();
  }

  static float scalar(StepResult result, String name) {
    TensorProto tensor = Objects.requireNonNull(result.tensors().get(name));
    return tensor.getFloatValCount() > 0
        ? tensor.getFloatVal(0)
        : tensor
            .getTensorContent()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .getFloat();
  }
}
