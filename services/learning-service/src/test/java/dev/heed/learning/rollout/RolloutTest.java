package dev.heed.learning.rollout;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.learning.intake.TemporaryData;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Releases on a real broker: shadow, canary, the test's decision, the way back. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@QuarkusTestResource(TemporaryData.class)
class RolloutTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final int PEOPLE = 400;
  private static int rounds = 1000;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @ConfigProperty(name = "heed.operator.key")
  String key;

  @Inject Rollouts rollouts;

  private Thumbs thumbs;

  @BeforeEach
  void open() {
    thumbs = new Thumbs(bootstrap);
  }

  @AfterEach
  void close() throws IOException {
    for (Release release : rollouts.all()) {
      rollouts.withdraw(release.releaseId(), "the test is over");
    }
    thumbs.close();
  }

  private Release canary() throws IOException {
    int round = rounds++;
    Release release =
        rollouts.begin(
            new Rollouts.Artifact(
                ArtifactKind.REWARD,
                "reward",
                Integer.toString(round),
                round,
                "v000001",
                "file:/nowhere",
                "00",
                Optional.empty()));
    await()
        .atMost(SOON)
        .until(() -> state(release) instanceof ReleaseState.Canary && watched(release));
    return release;
  }

  private ReleaseState state(Release release) throws IOException {
    return rollouts.find(release.releaseId()).orElseThrow().state();
  }

  private boolean watched(Release release) throws IOException {
    return rollouts.watch(release).isPresent();
  }

  private List<ReleaseStage> told(Release release) {
    return thumbs.releases().stream()
        .filter(event -> event.getReleaseId().equals(release.releaseId()))
        .map(ModelReleased::getStage)
        .distinct()
        .toList();
  }

  /** People rate; those whom the canary serves with another share of thumbs down. */
  private void people(Release release, int canaryDown, int othersDown) {
    for (int i = 0; i < PEOPLE; i++) {
      String person = "p1_" + release.version() + "_" + i;
      boolean served = Stickiness.serves(release.releaseId(), person, .5);
      thumbs.answeredAndRated(person, i % 10 >= (served ? canaryDown : othersDown));
    }
    thumbs.flush();
  }

  @Test
  void aBadCanaryIsTakenBackByItselfWithinTenSeconds() throws IOException {
    // Given
    Release release = canary();
    assertEquals(List.of(ReleaseStage.SHADOW, ReleaseStage.CANARY), told(release));
    // When
    people(release, 8, 1);
    long begin = System.nanoTime();
    // Then
    await().atMost(BOUND).until(() -> told(release).contains(ReleaseStage.WITHDRAWN));
    assertTrue(System.nanoTime() - begin < BOUND.toNanos());
    ReleaseState.Withdrawn gone = assertInstanceOf(ReleaseState.Withdrawn.class, state(release));
    assertEquals("canary: bad", gone.why());
  }

  @Test
  void aGoodCanaryGoesToAllAndTheManualRollbackRestoresWhatWasBefore() throws IOException {
    // Given
    Release first = canary();
    people(first, 1, 2);
    await().atMost(SOON).until(() -> state(first) instanceof ReleaseState.Live);
    Release second = canary();
    people(second, 1, 2);
    await().atMost(SOON).until(() -> state(second) instanceof ReleaseState.Live);
    assertInstanceOf(ReleaseState.Withdrawn.class, state(first));
    // When
    given()
        .header("Authorization", "Bearer " + key)
        .post("/v1/learning/releases/" + second.releaseId() + "/rollback")
        .then()
        .statusCode(200)
        .body("stage", equalTo("withdrawn"));
    // Then
    assertInstanceOf(ReleaseState.Live.class, state(first));
    List<ModelReleased> told = thumbs.releases();
    ModelReleased last = told.getLast();
    assertEquals(second.releaseId(), last.getReleaseId());
    assertEquals(ReleaseStage.WITHDRAWN, last.getStage());
    assertEquals(ReleaseStage.LIVE, told.get(told.size() - 2).getStage());
  }

  @Test
  void nobodyWithoutTheKeySeesOrDecides() {
    given().get("/v1/learning/summary").then().statusCode(401);
    given()
        .header("Authorization", "Bearer wrong")
        .post("/v1/learning/rollback")
        .then()
        .statusCode(401);
    given()
        .header("Authorization", "Bearer " + key)
        .get("/v1/learning/summary")
        .then()
        .statusCode(200)
        .body(containsString("\"rounds\""));
    given()
        .get("/learning")
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("default-src 'self'"));
    given().get("/learning/..%2fapplication.yaml").then().statusCode(404);
  }

  @Test
  void aRoundWithTooLittleEndsCleanlyAndIsShown() {
    given()
        .header("Authorization", "Bearer " + key)
        .post("/v1/learning/rounds")
        .then()
        .statusCode(202);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                given()
                    .header("Authorization", "Bearer " + key)
                    .get("/v1/learning/summary")
                    .then()
                    .body("rounds[-1].state.reason", equalTo("too-little-weight")));
  }
}
