package org.tflion.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The tasks that a config can name. */
public final class Tasks {

  /** The task of a config that names none. */
  public static final String DEFAULT = GptTask.NAME;

  private static final List<Task<?, ?>> ALL = load();

  private Tasks() {}

  private static List<Task<?, ?>> load() {
    List<Task<?, ?>> all = new ArrayList<>();
    ServiceLoader.load(Task.class, Tasks.class.getClassLoader()).forEach(all::add);
    return List.copyOf(all);
  }

  /** All of them. */
  public static List<Task<?, ?>> all() {
    return ALL;
  }

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().<String>map(Task::name).toList();
  }

  /** The names of all presets. */
  public static List<String> presets() {
    return ALL.stream().flatMap(task -> task.presets().stream()).toList();
  }

  /** The task of a name. */
  public static Optional<Task<?, ?>> of(String name) {
    return ALL.stream()
        .<Task<?, ?>>map(task -> task)
        .filter(t -> t.name().equals(name))
        .findFirst();
  }

  /** The task that a preset is of. */
  public static Optional<Task<?, ?>> ofPreset(String preset) {
    return ALL.stream()
        .<Task<?, ?>>map(task -> task)
        .filter(t -> t.presets().contains(preset))
        .findFirst();
  }
}
