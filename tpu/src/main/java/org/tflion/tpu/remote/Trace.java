package org.tflion.tpu.remote;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.NodeExecStats;
import org.tensorflow.proto.RunMetadata;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns the step statistics of a traced step into the JSON trace format that Perfetto and
 * chrome://tracing read: one process per device, one row per thread, one bar per operation.
 *
 * @see <a href="https://ui.perfetto.dev">Perfetto</a>
 */
public final class Trace {

  private static final JsonMapper JSON = new JsonMapper();

  private Trace() {}

  /** Returns the trace; times are microseconds since the step's first operation. */
  public static String json(RunMetadata metadata) {
    List<DeviceStepStats> devices = metadata.getStepStats().getDevStatsList();
    long start =
        devices.stream()
            .flatMap(device -> device.getNodeStatsList().stream())
            .mapToLong(NodeExecStats::getAllStartMicros)
            .min()
            .orElse(0);
    List<Map<String, Object>> events = new ArrayList<>();
    for (int process = 0; process < devices.size(); process++) {
      DeviceStepStats device = devices.get(process);
      events.add(name(process, device.getDevice()));
      Map<Integer, Integer> rows = new HashMap<>();
      for (NodeExecStats node : device.getNodeStatsList()) {
        int row = rows.computeIfAbsent(node.getThreadId(), thread -> rows.size());
        events.add(event(node, start, process, row));
      }
    }
    return JSON.writeValueAsString(Map.of("displayTimeUnit", "ms", "traceEvents", events));
  }

  private static Map<String, Object> name(int process, String device) {
    return Map.of(
        "ph", "M", "name", "process_name", "pid", process, "args", Map.of("name", device));
  }

  private static Map<String, Object> event(NodeExecStats node, long start, int process, int row) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("ph", "X");
    event.put("name", node.getNodeName());
    event.put("pid", process);
    event.put("tid", row);
    event.put("ts", node.getAllStartMicros() - start);
    event.put("dur", node.getOpEndRelMicros() - node.getOpStartRelMicros());
    event.put("args", Map.of("label", node.getTimelineLabel()));
    return event;
  }
}
