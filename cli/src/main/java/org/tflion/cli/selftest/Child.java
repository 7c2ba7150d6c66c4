package org.tflion.cli.selftest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process that runs a class of this one, to be ended by force. */
final class Child implements AutoCloseable {

  /** No drill waits longer for anything; whatever takes so long does not work. */
  private static final long MINUTES = 5;

  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /** Starts a main method. */
  static Child start(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    return new Child(builder.redirectErrorStream(true).start());
  }

  /** Reads what it says up to a line that begins so, and returns false if there is none. */
  boolean says(String beginning) throws IOException {
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  /** Reads no more of what it says, and keeps it from waiting for a reader. */
  void ignore() {
    Thread reader =
        new Thread(
            () -> {
              try {
                process.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // The process has ended, and with it what it says.
              }
            },
            "ignore");
    reader.setDaemon(true);
    reader.start();
  }

  /** Its process number. */
  long pid() {
    return process.pid();
  }

  /** Sends it a signal, such as STOP. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits until it ends, for so long at most. */
  void await(long milliseconds) throws InterruptedException {
    process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
  }

  /** Ends it as a power cut would: it gets no chance to do anything. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  /** Asks it to end; what it says can still be read. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Its exit code, when it has ended. */
  int exitCode() throws InterruptedException {
    process.waitFor(MINUTES, TimeUnit.MINUTES);
    return process.isAlive() ? -1 : process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
