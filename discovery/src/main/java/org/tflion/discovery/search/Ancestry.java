package org.tflion.discovery.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where a program comes from, by the log. */
public final class Ancestry {

  private Ancestry() {}

  /**
   * The line from the first program to one of the log. A parent that was never measured, because an
   * earlier program computes the same, is stood in for by that program.
   *
   * @param log of a search
   * @param descendant one of its entries
   */
  public static List<LogEntry> of(List<LogEntry> log, LogEntry descendant) {
    Map<String, LogEntry> byHash = new HashMap<>();
    log.forEach(entry -> byHash.put(entry.hash(), entry));
    List<LogEntry> line = new ArrayList<>();
    LogEntry entry = descendant;
    while (entry != null) {
      line.add(entry);
      LogEntry parent = byHash.get(entry.parent());
      // A parent is always older; a log that says otherwise must not send us round in circles.
      entry = parent != null && parent.program() < entry.program() ? parent : null;
    }
    Collections.reverse(line);
    return line;
  }
}
