package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * What a plugin knows of a device, whether or not it is at hand.
 *
 * @param id global id, the one that device assignments use
 * @param processIndex process that the device belongs to
 * @param kind such as {@code TPU v5 lite} or {@code NVIDIA H200}
 * @param text one line for people
 * @param attributes such as {@code coords} and {@code core_on_chip} for TPUs
 */
public record DeviceDescription(
    int id, int processIndex, String kind, String text, Map<String, Object> attributes) {

  static DeviceDescription read(Api api, MemorySegment description) {
    try (Arena arena = Arena.ofConfined()) {
      Fields attributes = ask(api, Function.DEVICE_DESCRIPTION_ATTRIBUTES, description, arena);
      return new DeviceDescription(
          (int) ask(api, Function.DEVICE_DESCRIPTION_ID, description, arena).number("id"),
          (int)
              ask(api, Function.DEVICE_DESCRIPTION_PROCESS_INDEX, description, arena)
                  .number("process_index"),
          ask(api, Function.DEVICE_DESCRIPTION_KIND, description, arena).text("device_kind"),
          ask(api, Function.DEVICE_DESCRIPTION_TO_STRING, description, arena).text("to_string"),
          NamedValues.read(attributes, "attributes", "num_attributes"));
    }
  }

  private static Fields ask(Api api, Function function, MemorySegment device, Arena arena) {
    Fields arguments = function.arguments().allocate(arena).put("device_description", device);
    api.call(function, arguments);
    return arguments;
  }
}
