package dev.heed.safety.cli;

import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicyRelease;
import dev.heed.safety.policy.PolicySet;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./heed policy publish}: releases a policy to every safety-service, or takes it back. */
@Command(
    name = "publish",
    description = {
      "Checks a policy and releases it through model.releases: every safety-service takes it within",
      "a second. --withdraw: they go back to their own file, or to the built-in policy."
    })
final class PublishCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "FILE")
  private Path file;

  @Option(names = "--withdraw", description = "Take the released policy back")
  private boolean withdraw;

  @Option(
      names = "--bootstrap",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
      description = "host:port of Kafka")
  private String bootstrap;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (withdraw == (file != null)) {
      System.err.println("heed policy: either a FILE or --withdraw");
      return 2;
    }
    ModelReleased release = withdraw ? withdrawal() : release();
    send(release);
    System.out.printf(
        "%s %s, sha256 %s%n",
        withdraw ? "withdrawn:" : "released:", release.getVersion(), release.getSha256());
    return 0;
  }

  private static ModelReleased withdrawal() {
    return PolicyRelease.of(new byte[0], "none", ReleaseStage.WITHDRAWN);
  }

  private ModelReleased release() throws IOException {
    PolicySet policies = PolicyFile.read(file);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > PolicyRelease.MAX_BYTES) {
      throw new IllegalStateException(
          "a released policy has " + PolicyRelease.MAX_BYTES + " bytes");
    }
    return PolicyRelease.of(bytes, policies.standard().version(), ReleaseStage.LIVE);
  }

  private void send(ModelReleased release) throws InterruptedException {
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap, "acks", "all");
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              EventRecords.record(
                  EventCodec.ofKnown(),
                  Topics.MODEL_RELEASES,
                  release.getName(),
                  release,
                  Topics.SAFETY))
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the release", e.getCause());
    }
  }
}
