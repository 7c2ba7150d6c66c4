package org.tflion.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion doctor}. */
@Command(
    name = "doctor",
    description =
        "Checks that this machine can train, and says what is missing and how to cure it.")
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(names = "--json", description = "Print the findings as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(boolean healthy, List<Finding> findings) {}

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.ofThisMachine().findings();
    boolean healthy = findings.stream().noneMatch(f -> f.status() == Finding.Status.FAIL);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, new Result(healthy, findings));
    } else {
      findings.forEach(finding -> print(out, finding));
    }
    return healthy ? 0 : 1;
  }

  private static void print(PrintWriter out, Finding finding) {
    out.printf(
        Locale.ROOT,
        "%-4s %-11s %s%n",
        finding.status().name().toLowerCase(Locale.ROOT),
        finding.name(),
        finding.detail());
    if (finding.cure() != null) {
      out.println("                 cure: " + finding.cure());
    }
  }
}
