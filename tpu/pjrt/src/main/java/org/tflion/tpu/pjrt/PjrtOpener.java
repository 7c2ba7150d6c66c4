package org.tflion.tpu.pjrt;

import java.nio.file.Path;
import java.util.Map;
import org.tflion.tpu.Require;
import org.tflion.tpu.run.Accelerator;

/** Opens the accelerators of this machine by their plugins. */
public final class PjrtOpener implements Accelerator.Opener {

  /** Makes an opener, as service loaders do. */
  public PjrtOpener() {}

  @Override
  public Accelerator open(Path plugin) {
    return open(PjrtAccelerator.guarded(() -> Plugin.load(plugin)));
  }

  /** Takes hold of the devices of a plugin that is loaded. */
  static Accelerator open(Plugin plugin) {
    Client client = PjrtAccelerator.guarded(() -> Client.of(plugin, Map.of()));
    if (client.devices().isEmpty()) {
      client.close();
    }
    Require.that(
        !client.devices().isEmpty(), "Accelerator: the plugin must find a device here", "none");
    return new PjrtAccelerator(client);
  }
}
