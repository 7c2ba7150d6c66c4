package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TensorFlowException;
import org.tflion.tpu.run.AcceleratorException;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.shard.LostWorkerException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Every failure as one sentence and an exit code; no stack trace reaches a user. */
final class Failures {

  /** Set to anything, it adds the stack trace for whoever develops tflion. */
  private static final String TRACE = "TFLION_TRACE";

  private Failures() {}

  /** Arguments that do not parse: 2. */
  static int wrongUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tflion: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** A command that gave up: 2 if its input was wrong, else 1. */
  static int failed(Exception e, CommandLine command, ParseResult parsed) {
    command.getErr().println("tflion: " + sentence(e));
    if (System.getenv(TRACE) != null) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** Of most failures the message is the file alone. */
  private static String reason(@Nullable IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage()
        : e == null ? "no reason given" : String.valueOf(e.getMessage());
  }

  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof UncheckedIOException io) {
      return "could not read or write a file (" + reason(io.getCause()) + ")";
    }
    if (e instanceof IllegalArgumentException
        || e instanceof CheckpointException
        || e instanceof LostWorkerException
        || e instanceof AcceleratorException
        || e instanceof ArithmeticException) {
      return message;
    }
    String what = e instanceof TensorFlowException ? "TensorFlow failed" : "internal error";
    String reason = message.lines().findFirst().orElse("");
    return what + " (" + e.getClass().getSimpleName() + ": " + reason + ")";
  }
}
