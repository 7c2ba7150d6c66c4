package org.tflion.cli.selftest;

/**
 * How a drill ended.
 *
 * @param drill what was done
 * @param tries how often
 * @param survived how many of them left a complete checkpoint, from which the run went on
 * @param lost steps that were lost beyond what is promised, over all tries
 */
public record Outcome(String drill, int tries, int survived, long lost) {

  /** Whether it ended as promised. */
  public boolean good() {
    return tries > 0 && survived == tries && lost == 0;
  }
}
