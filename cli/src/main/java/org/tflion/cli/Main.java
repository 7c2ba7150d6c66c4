package org.tflion.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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

  @Spec private CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.setErr(Terminal.standardError());
    int code;
    try {
      code = run(writer(System.out), writer(System.err), arguments);
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

  private static PrintWriter writer(PrintStream stream) {
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
