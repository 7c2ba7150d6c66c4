package org.tflion.tpu.lower;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.tflion.tpu.wire.HloProto;

/** The child process of {@link Lowering}: a directory with a graph flows in, a dump flows out. */
final class LoweringMain {

  static final String GRAPH = "graph.pb";
  static final String ERROR = "error.txt";
  private static final String DUMP = ".before_optimizations.hlo.pb";

  private LoweringMain() {}

  /** Takes the directory and the name of the call. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    GraphDef definition = GraphDef.parseFrom(Files.readAllBytes(directory.resolve(GRAPH)));
    Thread step = new Thread(() -> run(directory, definition, args[1]), "step");
    step.setDaemon(true);
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(
          watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      step.start();
      while (!isDone(directory)) {
        WatchKey key = watch.take();
        key.pollEvents();
        key.reset();
      }
    }
    // Not an orderly end: the step is still being compiled for the CPU, which nobody needs.
    Runtime.getRuntime().halt(Files.exists(directory.resolve(ERROR)) ? 1 : 0);
  }

  /** Returns the programs that XLA has written down so far. */
  static List<Path> dumps(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(DUMP)).sorted().toList();
    }
  }

  static boolean isDone(Path directory) throws IOException {
    if (Files.exists(directory.resolve(ERROR))) {
      return true;
    }
    List<Path> dumps = dumps(directory);
    if (dumps.isEmpty()) {
      return false;
    }
    try {
      return HloProto.parseFrom(Files.readAllBytes(dumps.get(0))).hasHloModule();
    } catch (InvalidProtocolBufferException e) {
      return false; // still being written
    }
  }

  private static void run(Path directory, GraphDef definition, String call) {
    List<Tensor> feeds = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph, config())) {
        session.runner().addTarget(storage(graph, definition)).run().close();
        for (Path file : dumps(directory)) {
          Files.delete(file); // programs of what comes before the step
        }
        Session.Runner runner = session.runner().addTarget(call);
        for (NodeDef node : definition.getNodeList()) {
          if (node.getOp().equals("Placeholder")) {
            feeds.add(zeros(node));
            runner.feed(node.getName(), feeds.get(feeds.size() - 1));
          }
        }
        runner.run().close();
      }
    } catch (RuntimeException | IOException e) {
      fail(directory, String.valueOf(e.getMessage()));
    } finally {
      feeds.forEach(Tensor::close);
    }
  }

  /**
   * Adds what gives every variable memory without a value. Nothing is ever read from it, so the
   * system never has to provide it, however large the variables are.
   */
  private static Op storage(Graph graph, GraphDef definition) {
    Ops tf = Ops.create(graph);
    List<Op> assigned = new ArrayList<>();
    for (NodeDef node : definition.getNodeList()) {
      if (node.getOp().equals(VarHandleOp.OP_NAME)) {
        Shape shape = sizes(node);
        DataType type = node.getAttrOrThrow("dtype").getType();
        Operand<TInt32> dimensions = tf.dtypes.cast(tf.constant(shape), TInt32.class); // [rank]
        Operand<?> memory = tf.empty(dimensions, typeOf(node.getName(), type)); // shape
        Operation handle = requireNonNull(graph.operation(node.getName()));
        assigned.add(tf.assignVariableOp(handle.output(0), memory));
      }
    }
    return tf.withControlDependencies(assigned).noOp();
  }

  private static void fail(Path directory, String message) {
    try {
      Path text = directory.resolve("error.part");
      Files.writeString(text, message);
      Files.move(text, directory.resolve(ERROR));
    } catch (IOException e) {
      Runtime.getRuntime().halt(2);
    }
  }

  private static Tensor zeros(NodeDef node) {
    DataType type = node.getAttrOrThrow("dtype").getType();
    return Tensor.of(typeOf(node.getName(), type), sizes(node));
  }

  private static Shape sizes(NodeDef node) {
    return Shape.of(
        StepGraph.shape(node).getDimList().stream()
            .mapToLong(TensorShapeProto.Dim::getSize)
            .toArray());
  }

  private static Class<? extends TType> typeOf(String placeholder, DataType type) {
    return switch (type) {
      case DT_FLOAT -> TFloat32.class;
      case DT_BFLOAT16 -> TBfloat16.class;
      case DT_HALF -> TFloat16.class;
      case DT_DOUBLE -> TFloat64.class;
      case DT_INT32 -> TInt32.class;
      case DT_INT64 -> TInt64.class;
      case DT_UINT8 -> TUint8.class;
      case DT_BOOL -> TBool.class;
      default ->
          throw new IllegalArgumentException(
              "placeholder " + placeholder + " must have a numeric type (got " + type + ")");
    };
  }

  /**
   * Grappler must not put operations into the step that XLA cannot compile, and what it simplifies
   * XLA simplifies anyway, in less time.
   */
  private static ConfigProto config() {
    RewriterConfig rewriter = RewriterConfig.newBuilder().setDisableMetaOptimizer(true).build();
    return ConfigProto.newBuilder()
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriter))
        .build();
  }
}
