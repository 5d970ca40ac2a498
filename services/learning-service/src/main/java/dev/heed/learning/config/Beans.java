package dev.heed.learning.config;

import dev.heed.learning.dataset.DatasetKey;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.SchemaExchange;
import dev.heed.schemas.Topics;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** What the rest of the service is built from: codec, names, clock. */
@Startup
@ApplicationScoped
public class Beans {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SchemaExchange exchange;
  private final SchemaCatalog catalog = SchemaCatalog.ofKnown();

  Beans(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    Map<String, Object> withoutGroup = new HashMap<>(kafka);
    withoutGroup.remove(ConsumerConfig.GROUP_ID_CONFIG);
    exchange = new SchemaExchange(withoutGroup, Topics.LEARNING, catalog);
  }

  @Produces
  @Singleton
  EventCodec codec() {
    return new EventCodec(catalog, PATIENCE);
  }

  /** Fails the start when the key is damaged: names would not be the same as before. */
  @Produces
  @Singleton
  DatasetIds ids(LearningConfig config) throws IOException {
    return new DatasetIds(DatasetKey.in(config.dataDir().resolve("dataset.key")));
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @PreDestroy
  void stop() {
    exchange.close();
  }
}
