package org.tflion.train.step;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.lower.StepGraph;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.tpu.run.LoadedProgram;

/**
 * A device that keeps tensors as bytes and runs a program by having TensorFlow compile, with XLA
 * for CPUs, the graph that it was lowered from. It takes and gives exactly what the lowered program
 * says, and refuses memory that a run has taken over.
 */
final class XlaDevice implements Accelerator {

  private final IdentityHashMap<Lowered, StepGraph> sources = new IdentityHashMap<>();
  private int open;
  private int programs;
  private boolean closed;

  /** A tensor; without bytes once it is donated. */
  private final class Memory implements DeviceTensor {
    private final Class<? extends TType> type;
    private final List<Long> shape;
    private byte[] bytes;
    private boolean donated;

    Memory(Class<? extends TType> type, List<Long> shape, byte[] bytes) {
      this.type = type;
      this.shape = shape;
      this.bytes = bytes;
      open++;
    }

    Tensor tensor() {
      return Tensor.of(
          type,
          Shape.of(shape.stream().mapToLong(Long::longValue).toArray()),
          DataBuffers.of(toHost()));
    }

    byte[] toHost() {
      if (donated) {
        throw new IllegalStateException("donated");
      }
      return bytes.clone();
    }

    @Override
    public void close() {
      open--;
    }
  }

  /** Lowers as always, and remembers what from. */
  AcceleratorStep.Place place() {
    AcceleratorStep.Place plain = AcceleratorStep.Place.on(this);
    return new AcceleratorStep.Place(
        this,
        graph -> {
          Lowered lowered = plain.lowering().apply(graph);
          sources.put(lowered, graph);
          return lowered;
        });
  }

  /** Number of tensors and programs that are not closed. */
  int open() {
    return open + programs;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public DeviceTensor copy(int type, List<Long> shape, byte[] values) {
    return new Memory(type(type), shape, values);
  }

  @Override
  public List<byte[]> toHost(List<DeviceTensor> tensors) {
    return tensors.stream().map(each -> ((Memory) each).toHost()).toList();
  }

  private static Class<? extends TType> type(int xla) {
    return switch (xla) {
      case 1 -> TBool.class;
      case 4 -> TInt32.class;
      case 5 -> TInt64.class;
      case 11 -> TFloat32.class;
      case 12 -> TFloat64.class;
      default -> throw new AssertionError(xla);
    };
  }

  @Override
  public LoadedProgram load(Lowered program) {
    programs++;
    return new Loaded(program, requireNonNull(sources.get(program)));
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The graph of a program, with a place for the value of each variable. */
  private final class Loaded implements LoadedProgram {
    private final Lowered lowered;
    private final Graph graph = new Graph();
    private final Session session;
    private final Map<String, Placeholder<? extends TType>> places = new HashMap<>();
    private final Map<String, Operand<? extends TType>> reads = new HashMap<>();
    private final List<Op> assigns = new ArrayList<>();
    private final GraphOperation call;

    Loaded(Lowered lowered, StepGraph source) {
      this.lowered = lowered;
      graph.importGraphDef(source.graph());
      Ops tf = Ops.create(graph);
      for (NodeDef node : source.graph().getNodeList()) {
        if (node.getOp().equals(VarHandleOp.OP_NAME)) {
          Argument argument = argument(node.getName());
          Output<TType> handle = requireNonNull(graph.operation(node.getName())).output(0);
          var place = tf.placeholder(type(argument.type()));
          places.put(node.getName(), place);
          assigns.add(tf.assignVariableOp(handle, place));
          reads.put(node.getName(), tf.readVariableOp(handle, type(argument.type())));
        }
      }
      call = requireNonNull(graph.operation(source.call()));
      session = new Session(graph);
    }

    private Argument argument(String node) {
      return lowered.arguments().stream()
          .filter(each -> each.name().equals(node))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public List<DeviceTensor> run(List<DeviceTensor> arguments) {
      Map<String, Tensor> values = new HashMap<>();
      for (int i = 0; i < arguments.size(); i++) {
        values.put(lowered.arguments().get(i).name(), ((Memory) arguments.get(i)).tensor());
      }
      try {
        Session.Runner assign = session.runner();
        places.forEach((name, place) -> assign.feed(place, requireNonNull(values.get(name))));
        assigns.forEach(assign::addTarget);
        assign.run().close();
        Session.Runner runner = session.runner();
        values.forEach(
            (name, value) -> {
              if (!places.containsKey(name)) {
                runner.feed(requireNonNull(graph.operation(name)).output(0), value);
              }
            });
        for (int i = 0; i < call.numOutputs(); i++) {
          runner.fetch(call.output(i));
        }
        try (Result result = runner.run()) {
          return results(result, arguments);
        }
      } finally {
        values.values().forEach(Tensor::close);
      }
    }

    private List<DeviceTensor> results(Result explicit, List<DeviceTensor> arguments) {
      TreeMap<Integer, DeviceTensor> results = new TreeMap<>();
      for (int i = 0; i < call.numOutputs(); i++) {
        results.put(i, memory(explicit.get(i)));
      }
      for (int i = 0; i < arguments.size(); i++) {
        Argument argument = lowered.arguments().get(i);
        if (argument.result().isPresent()) {
          try (Result read = session.runner().fetch(reads.get(argument.name())).run()) {
            results.put(argument.result().getAsInt(), memory(read.get(0)));
          }
          ((Memory) arguments.get(i)).donated = true;
        }
      }
      return List.copyOf(results.values());
    }

    private Memory memory(Tensor tensor) {
      byte[] bytes = new byte[(int) tensor.numBytes()];
      tensor.asRawTensor().data().read(bytes);
      Class<? extends TType> type =
          switch (tensor.dataType()) {
            case DT_BOOL -> TBool.class;
            case DT_INT32 -> TInt32.class;
            case DT_INT64 -> TInt64.class;
            case DT_FLOAT -> TFloat32.class;
            default -> TFloat64.class;
          };
      return new Memory(type, requireNonNull(tensor.shape().toListOrNull()), bytes);
    }

    @Override
    public void close() {
      programs--;
      session.close();
      graph.close();
    }
  }
}
