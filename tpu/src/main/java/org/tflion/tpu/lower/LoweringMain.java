package org.tflion.tpu.lower;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
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

  /** Takes the directory, the name of the call and the names of the initializers. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    List<String> initializers = Arrays.asList(args).subList(2, args.length);
    GraphDef definition = GraphDef.parseFrom(Files.readAllBytes(directory.resolve(GRAPH)));
    Thread step = new Thread(() -> run(directory, definition, args[1], initializers), "step");
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

  private static boolean isDone(Path directory) throws IOException {
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

  private static void run(
      Path directory, GraphDef definition, String call, List<String> initializers) {
    List<Tensor> feeds = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph, config())) {
        for (String name : initializers) {
          session.runner().addTarget(name).run().close();
        }
        for (Path file : dumps(directory)) {
          Files.delete(file); // programs of initializers
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
    long[] sizes =
        StepGraph.shape(node).getDimList().stream()
            .mapToLong(TensorShapeProto.Dim::getSize)
            .toArray();
    DataType type = node.getAttrOrThrow("dtype").getType();
    return Tensor.of(typeOf(node.getName(), type), Shape.of(sizes));
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

  /** Grappler must not put operations into the step that XLA cannot compile. */
  private static ConfigProto config() {
    RewriterConfig rewriter =
        RewriterConfig.newBuilder()
            .setMemoryOptimization(RewriterConfig.MemOptType.NO_MEM_OPT)
            .build();
    return ConfigProto.newBuilder()
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriter))
        .build();
  }
}
