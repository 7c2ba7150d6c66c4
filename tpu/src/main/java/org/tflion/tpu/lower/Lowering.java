package org.tflion.tpu.lower;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tflion.tpu.wire.HloProto;

/**
 * Lets TensorFlow's own bridge turn a training step into XLA's language.
 *
 * <p>XLA reads its flags once per process, so the work happens in a child JVM with the class path
 * of this one. The child gives the variables memory that is never touched, starts the step with
 * zeros for every placeholder, and ends as soon as XLA has written the program down, before
 * compiling it for the CPU. It needs the memory of the feeds, and none for the variables.
 */
public final class Lowering {

  private Lowering() {}

  /**
   * Lowers a step.
   *
   * @param limit bound on the whole work
   * @throws LoweringException if the step holds an operation that XLA cannot compile, that runs on
   *     the host or that has a shape that depends on data; or if the limit passes
   * @throws IOException if the child cannot be started or files cannot be written
   * @throws InterruptedException if the thread is interrupted; the child ends then
   */
  public static Lowered lower(StepGraph step, Duration limit)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tflion-lower");
    try {
      Files.write(directory.resolve(LoweringMain.GRAPH), step.graph().toByteArray());
      run(step, directory, limit);
      Path dump = LoweringMain.dumps(directory).get(0);
      HloProto program = HloProto.parseFrom(Files.readAllBytes(dump));
      return HloModules.name(
          program.getHloModule(), program.getHloModule().toByteString(), step.inputs());
    } finally {
      delete(directory);
    }
  }

  private static void run(StepGraph step, Path directory, Duration limit)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() > 21) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    // Nearly all of the work is TensorFlow's: a better compiler of Java would cost more than it
    // saves.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoweringMain.class.getName(), directory.toString(), step.call()));
    Path log = directory.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .put("XLA_FLAGS", "--xla_dump_to=" + directory + " --xla_dump_hlo_as_proto");
    // Otherwise the bridge writes down a table such as an attention mask at each of its uses.
    builder.environment().put("TF_XLA_FLAGS", "--tf_xla_disable_constant_folding=true");
    // oneDNN's allocator refuses more than the machine has, used or not.
    builder.environment().put("TF_ENABLE_ONEDNN_OPTS", "0");
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    Process child = builder.start();
    try {
      if (!child.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LoweringException("Lowering: the step must lower within " + limit);
      }
    } finally {
      child.destroyForcibly().onExit().join();
    }
    // Its exit code says nothing: threads that still compile may abort as the process ends.
    if (Files.exists(directory.resolve(LoweringMain.ERROR)) || !LoweringMain.isDone(directory)) {
      throw new LoweringException("Lowering: " + reason(directory, log));
    }
  }

  private static String reason(Path directory, Path log) throws IOException {
    Path error = directory.resolve(LoweringMain.ERROR);
    if (Files.exists(error)) {
      return Files.readString(error).lines().findFirst().orElse("the step failed");
    }
    List<String> lines = Files.readAllLines(log);
    String last = lines.isEmpty() ? "no output" : lines.get(lines.size() - 1);
    return "the child process failed (" + last + ")";
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
