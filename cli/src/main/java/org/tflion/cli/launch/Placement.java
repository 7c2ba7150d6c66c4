package org.tflion.cli.launch;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One worker and how it comes to be.
 *
 * @param address host:port by which a run reaches it
 * @param command whose process is the worker, or is connected to it; the worker ends when the
 *     standard input of this process does
 */
public record Placement(String address, List<String> command) {

  public Placement {
    command = List.copyOf(command);
  }

  /** The command as a shell reads it. */
  public String line() {
    return command.stream().map(Placement::quoted).collect(Collectors.joining(" "));
  }

  /** A word that a shell takes as it is. */
  static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
