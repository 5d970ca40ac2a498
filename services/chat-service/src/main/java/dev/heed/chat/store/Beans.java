package dev.heed.chat.store;

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
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** What the rest of the service is built from: the codec of events and the clock. */
@Startup
@ApplicationScoped
public class Beans {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SchemaExchange exchange;
  private final SchemaCatalog catalog = SchemaCatalog.ofKnown();

  Beans(@Identifier("default-kafka-broker") Map<String, Object> kafka) {
    exchange = new SchemaExchange(withoutGroup(kafka), Topics.CHAT, catalog);
  }

  /** Client configuration of a reader that belongs to no group and commits nothing. */
  static Map<String, Object> withoutGroup(Map<String, Object> kafka) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return config;
  }

  @Produces
  @Singleton
  SchemaCatalog catalog() {
    return catalog;
  }

  @Produces
  @Singleton
  EventCodec codec() {
    return new EventCodec(catalog, PATIENCE);
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
