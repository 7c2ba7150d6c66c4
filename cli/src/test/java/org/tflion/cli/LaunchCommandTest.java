package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Launches that start nothing. */
class LaunchCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err, true), arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "launch --workers 2, Missing required parameter: 'train ...'",
    "launch train, 'launch must come with --workers N, or with --ssh and machines (got neither)'",
    "launch --workers 0 train, --workers must be 1 or more (got 0)",
    "launch --workers two train, Invalid value for option '--workers'",
    "launch --workers 2 eval, launch must end in a train command (got [eval])",
    "launch --workers 2 train --workers a:1, --workers must come before train",
    "launch --workers 2 train --outt x, Unknown options: '--outt'",
    "launch --workers 2 --restarts -1 train, --restarts must be 0 or more (got -1)",
    "launch --workers 2 --threads -1 train, --threads must be 0 (a share of the cores) or more",
    "launch --workers 2 --tflion x train, --tflion must come with --ssh (got x)",
    "launch --workers 2 --insecure-network train, --insecure-network must come with --ssh",
    "launch --workers 2 --image x train, --image must come with --kubernetes (got x)",
    "launch --ssh a train, --ssh must come with --insecure-network: the workers' connections",
    "launch --ssh a --workers 2 train, --workers must come without --ssh (got 2)",
    "launch --ssh -oProxyCommand=x train, '--ssh must be hosts as [USER@]HOST[:PORT] (got -o'",
    "'launch --ssh a;b train', --ssh must be hosts as [USER@]HOST[:PORT] (got a;b)",
    "'launch --ssh a,b@a train', --ssh must name each host and port once",
    "launch --ssh a --port 0 train, --port must be from 1 to 65535 (got 0)",
    "launch --ssh a --kubernetes train, --ssh must come without --kubernetes",
    "launch --kubernetes --workers 2 train, --kubernetes must come with --dry-run",
    "launch --kubernetes --dry-run --workers 2 train, --kubernetes must come with --image",
    "launch --kubernetes --dry-run train, launch must come with --workers N",
    "launch --kubernetes --dry-run --workers 2 --image i --claim c train, --out must be below /runs",
    "launch --kubernetes --dry-run --workers 2 --image i --claim C_ train, --claim must be the name",
    "launch --kubernetes --dry-run --workers 2 --image i --claim c --name A train, --name must be of",
    "launch --kubernetes --dry-run --workers 2 --image i --claim c train --resume, --resume must be",
    "launch --kubernetes --dry-run --workers 2 --threads 1 train, --threads must come without",
  })
  void refusesInOneSentence(String arguments, String sentence) {
    assertThat(tflion(arguments.split(" ", -1))).isEqualTo(2);
    assertThat(err.toString()).startsWith("tflion: ").contains(sentence);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void showsWhatItWouldRunByName() {
    assertThat(
            tflion(
                "launch",
                "--ssh",
                "a,me@b:7005",
                "--insecure-network",
                "--dry-run",
                "--tflion",
                "/opt/tf lion/tflion",
                "train",
                "--out",
                "runs/it's"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "ssh -T -o BatchMode=yes -o ServerAliveInterval=15 a 'exec '\\''/opt/tf lion/tflion'\\''"
                + " worker --listen a:7001 --threads 0 --insecure-network --with-parent'",
            "ssh -T -o BatchMode=yes -o ServerAliveInterval=15 me@b 'exec '\\''/opt/tf"
                + " lion/tflion'\\'' worker --listen b:7005 --threads 0 --insecure-network"
                + " --with-parent'",
            "tflion train --workers a:7001,b:7005 --out 'runs/it'\\''s'");
  }

  @Test
  void helpOfTheCommandStartsNothing() {
    assertThat(tflion("launch", "--workers", "2", "train", "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: tflion train");
  }
}
