package org.tflion.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What is printed, read by the classes that fabric8 has made from Kubernetes' own schema. */
class KubernetesJobTest {

  private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "lion");
  private static final List<String> TRAIN = List.of("train", "--out", "/runs/a", "--steps", "10");

  private static final KubernetesJob JOB =
      new KubernetesJob("lion", "registry/tflion:1", "shared", 3, 7001, 4);

  /** Fails at a field that Kubernetes does not know, which the classes would put up with. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  @TempDir private Path folder;

  private static <T> T read(int document, Class<T> type) throws IOException {
    try (var documents =
        YAMLMapper.shared()
            .readerFor(JsonNode.class)
            .<JsonNode>readValues(JOB.yaml("/runs/a", TRAIN))) {
      List<JsonNode> all = documents.readAll();
      assertThat(all).hasSize(3);
      return STRICT.readValue(all.get(document).toString(), type);
    }
  }

  @Test
  void onlyPodsOfTheRunReachTheWorkers() throws Exception {
    NetworkPolicy policy = read(0, NetworkPolicy.class);
    assertThat(policy.getApiVersion()).isEqualTo("networking.k8s.io/v1");
    assertThat(policy.getMetadata().getName()).isEqualTo("lion");
    assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(LABELS);
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
    var rule = policy.getSpec().getIngress().get(0);
    assertThat(rule.getFrom().get(0).getPodSelector().getMatchLabels()).isEqualTo(LABELS);
    assertThat(rule.getPorts().get(0).getPort().getIntVal()).isEqualTo(7001);
    assertThat(rule.getPorts().get(0).getProtocol()).isEqualTo("TCP");
  }

  @Test
  void theServiceGivesNamesAlone() throws Exception {
    Service service = read(1, Service.class);
    assertThat(service.getApiVersion()).isEqualTo("v1");
    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(service.getSpec().getSelector()).isEqualTo(LABELS);
    assertThat(service.getSpec().getPorts().get(0).getPort()).isEqualTo(7001);
  }

  @Test
  void theJobHasThePodOfTheRunAndThoseOfItsWorkers() throws Exception {
    Job job = read(2, Job.class);
    assertThat(job.getApiVersion()).isEqualTo("batch/v1");
    JobSpec spec = job.getSpec();
    assertThat(spec.getCompletionMode()).isEqualTo("Indexed");
    assertThat(spec.getCompletions()).isEqualTo(4);
    assertThat(spec.getParallelism()).isEqualTo(4);
    assertThat(spec.getBackoffLimit()).isEqualTo(4);
    assertThat(spec.getSuccessPolicy().getRules().get(0).getSucceededIndexes()).isEqualTo("0");
    assertThat(spec.getTemplate().getMetadata().getLabels()).isEqualTo(LABELS);
    // Of the API: a policy of failures needs pods that are not restarted in place.
    assertThat(spec.getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
  }

  @Test
  void wrongUsageEndsTheJobAndAStopDoesNotCount() throws Exception {
    var rules = read(2, Job.class).getSpec().getPodFailurePolicy().getRules();
    assertThat(rules)
        .extracting(rule -> rule.getAction())
        .containsExactly("FailJob", "Ignore", "Ignore");
    assertThat(rules.get(0).getOnExitCodes().getOperator()).isEqualTo("In");
    assertThat(rules.get(0).getOnExitCodes().getContainerName()).isEqualTo("tflion");
    assertThat(rules.get(0).getOnExitCodes().getValues()).containsExactly(2);
    assertThat(rules.get(1).getOnExitCodes().getValues()).containsExactly(75);
    assertThat(rules.get(2).getOnPodConditions().get(0).getType()).isEqualTo("DisruptionTarget");
    assertThat(rules.get(2).getOnPodConditions().get(0).getStatus()).isEqualTo("True");
  }

  @Test
  void podsFindEachOtherByTheirIndex() throws Exception {
    PodSpec pod = read(2, Job.class).getSpec().getTemplate().getSpec();
    assertThat(pod.getSubdomain()).isEqualTo("lion");
    Container container = pod.getContainers().get(0);
    assertThat(container.getName()).isEqualTo("tflion");
    assertThat(container.getImage()).isEqualTo("registry/tflion:1");
    assertThat(container.getArgs()).isEqualTo(TRAIN);
    assertThat(container.getEnv())
        .extracting(EnvVar::getName, EnvVar::getValue)
        .contains(tuple("RUN", "/runs/a"), tuple("ADDRESS", "lion-$(INDEX).lion:7001"));
    assertThat(JOB.addresses())
        .containsExactly("lion-1.lion:7001", "lion-2.lion:7001", "lion-3.lion:7001");
    assertThat(container.getVolumeMounts().get(0).getMountPath()).isEqualTo("/runs");
    assertThat(container.getVolumeMounts().get(0).getName())
        .isEqualTo(pod.getVolumes().get(0).getName());
    assertThat(pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
        .isEqualTo("shared");
  }

  private String shell(String index, Path run) throws Exception {
    Path tflion = Files.writeString(folder.resolve("tflion"), "#!/bin/sh\necho \"$@\"\n");
    assertThat(tflion.toFile().setExecutable(true)).isTrue();
    List<String> command =
        new ArrayList<>(
            read(2, Job.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getCommand());
    command.addAll(TRAIN);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().merge("PATH", folder.toString(), (old, own) -> own + ":" + old);
    builder.environment().put("JOB_COMPLETION_INDEX", index);
    builder.environment().put("RUN", run.toString());
    builder.environment().put("ADDRESS", "lion-1.lion:7001");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }

  /** The script of the pods, run by the shell of this machine. */
  @Test
  void podZeroTrainsOrGoesOnAndOthersServe() throws Exception {
    Path run = folder.resolve("run");
    assertThat(shell("0", run)).isEqualTo("train --out /runs/a --steps 10");
    assertThat(shell("2", run)).isEqualTo("worker --listen lion-1.lion:7001 --insecure-network");
    Files.createDirectories(run.resolve("checkpoints"));
    Files.writeString(run.resolve("checkpoints/latest"), "step-5");
    assertThat(shell("0", run)).isEqualTo("train --out /runs/a --steps 10 --resume");
  }
}
