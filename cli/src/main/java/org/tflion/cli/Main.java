package org.tflion.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tflion.train.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tflion}. */
@Command(
    name = "tflion",
    description = "Pretrain language models on the JVM with Lion, compiled by XLA.",
    version = "tflion " + Version.CURRENT,
    mixinStandardHelpOptions = true,
    subcommands = {
      TrainCommand.class,
      WorkerCommand.class,
      LaunchCommand.class,
      GenerateCommand.class,
      EvalCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      CompareCommand.class,
      ComparePartCommand.class,
      DataCommand.class,
      ReportCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      VerifyCommand.class,
      PlanCommand.class,
      SearchCommand.class,
      TpuCommand.class,
      SelfTestCommand.class,
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 75 stopped after saving.",
      "Start with: tflion train"
    })
public final class Main implements Runnable {

  /** What fails there reaches the user as a sentence. A field, or its level would be forgotten. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.setErr(Terminal.standardError());
    GRPC.setLevel(Level.OFF);
    Output output = new Output(new FileOutputStream(FileDescriptor.out));
    int code;
    try {
      PrintWriter out = writer(output);
      code = run(out, writer(System.err), arguments);
      out.flush();
      String reason = output.failure();
      if (reason != null) {
        System.err.println("tflion: the output could not be written (" + reason + ")");
        code = CommandLine.ExitCode.SOFTWARE;
      }
    } catch (OutOfMemoryError e) {
      System.err.println(
          "tflion: the Java heap is too small ("
              + e.getMessage()
              + "); ask for less, or set TFLION_JVM=-Xmx8g for a heap of 8 GiB");
      code = CommandLine.ExitCode.SOFTWARE;
    } catch (LinkageError e) {
      System.err.println("tflion: a library does not load (" + e + "); try 'tflion doctor'");
      code = CommandLine.ExitCode.SOFTWARE;
    }
    System.exit(code);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Runs a command.
   *
   * @param out where results go
   * @param err where progress and errors go
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line =
        new CommandLine(new Main())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Failures::wrongUsage)
            .setExecutionExceptionHandler(Failures::failed);
    // What follows the word train is for that command.
    Objects.requireNonNull(line.getSubcommands().get("launch")).setStopAtPositional(true);
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
