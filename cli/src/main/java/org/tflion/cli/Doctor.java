package org.tflion.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.xla.FunctionCall;

/** Looks at the machine for what training needs. */
final class Doctor {

  private static final double GIB = 1L << 30;

  /** Vector instructions that oneDNN picks matrix kernels by. */
  private static final List<String> VECTOR_FLAGS =
      List.of("avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16", "sve");

  private final Path cpuInfo;
  private final Path nvidia;

  /**
   * A doctor of this machine, or of a described one.
   *
   * @param cpuInfo Linux's description of its processors
   * @param nvidia there if a GPU driver is
   */
  Doctor(Path cpuInfo, Path nvidia) {
    this.cpuInfo = cpuInfo;
    this.nvidia = nvidia;
  }

  static Doctor ofThisMachine() {
    return new Doctor(Path.of("/proc/cpuinfo"), Path.of("/proc/driver/nvidia/version"));
  }

  List<Finding> findings() {
    return List.of(java(), processor(), memory(), tensorFlow(), xla(), device(), network());
  }

  private static Finding java() {
    return Finding.ok("java", Runtime.version() + ", " + System.getProperty("java.vm.name"));
  }

  private Finding processor() {
    int cores = Runtime.getRuntime().availableProcessors();
    String detail = cores + " cores, " + System.getProperty("os.arch");
    Set<String> flags = flags();
    if (flags.isEmpty()) {
      return Finding.ok("processor", detail + ", vector instructions unknown");
    }
    List<String> found = VECTOR_FLAGS.stream().filter(flags::contains).toList();
    if (found.isEmpty()) {
      return Finding.warn(
          "processor",
          detail + ", no vector instructions",
          "train on a machine with AVX2 or newer; matrix products are several times slower here");
    }
    return Finding.ok("processor", detail + ", " + String.join(" ", found));
  }

  private Set<String> flags() {
    Set<String> flags = new TreeSet<>();
    if (Files.isReadable(cpuInfo)) {
      try {
        Files.readAllLines(cpuInfo).stream()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .limit(1)
            .forEach(
                line ->
                    flags.addAll(Arrays.asList(line.replaceFirst(".*?:", "").split("\\s+", -1))));
      } catch (IOException e) {
        return Set.of();
      }
    }
    return flags;
  }

  private static Finding memory() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double total = system.getTotalMemorySize() / GIB;
    double free = system.getFreeMemorySize() / GIB;
    String detail = String.format(Locale.ROOT, "%.1f GiB, %.1f GiB free", total, free);
    if (total < 4) {
      return Finding.warn(
          "memory", detail, "use at least 4 GiB; TensorFlow alone takes about 0.7 GiB");
    }
    return Finding.ok("memory", detail);
  }

  private static Finding tensorFlow() {
    try {
      return Finding.ok("tensorflow", TensorFlow.version());
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      return Finding.fail(
          "tensorflow",
          "its native library does not load: " + e.getMessage(),
          "build again with -Dtensorflow.classifier= one of linux-x86_64, linux-arm64,"
              + " macosx-arm64, windows-x86_64");
    }
  }

  /** Compiles and runs a function of one operation. */
  private static Finding xla() {
    long began = System.nanoTime();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operation call =
          FunctionCall.add(
              tf,
              "doctor",
              true,
              f -> f.result(f.body().math.add(f.pass(tf.constant(1f)), f.body().constant(1f))));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(call.output(0)).run()) {
        float value = ((TFloat32) result.get(0)).getFloat();
        long millis = (System.nanoTime() - began) / 1_000_000;
        return value == 2
            ? Finding.ok("xla", "compiles (" + millis + " ms)")
            : Finding.fail("xla", "compiles wrongly: 1 + 1 = " + value, CURE_XLA);
      }
    } catch (TensorFlowException | LinkageError e) {
      return Finding.fail("xla", "does not compile: " + e.getMessage(), CURE_XLA);
    }
  }

  /** Nothing is tested: nothing listens unless it is asked to. */
  private static Finding network() {
    return Finding.ok(
        "network",
        "nothing listens; 'tflion worker' would, on all interfaces, unencrypted and without"
            + " authentication");
  }

  private static final String CURE_XLA = "train with --set optimizer.jit=off";

  private Finding device() {
    boolean gpuBuild = System.getProperty("java.class.path", "").contains("-gpu.jar");
    if (gpuBuild) {
      return Finding.ok(
          "device", "GPU where TensorFlow finds one (untested on hardware), else CPU");
    }
    if (Files.exists(nvidia)) {
      return Finding.warn(
          "device",
          "CPU, though an NVIDIA driver is here",
          "build with -Dtensorflow.classifier=linux-x86_64-gpu to use it (untested on hardware)");
    }
    return Finding.ok("device", "CPU");
  }
}
