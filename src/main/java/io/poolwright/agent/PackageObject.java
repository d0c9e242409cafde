package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.storage.Destination;
import io.poolwright.storage.StorageFailure;
import io.poolwright.storage.WebFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The object in storage, or on the web, that a version of a package is made of. */
record PackageObject(JsonNode request) {

  String title() {
    return Requests.text(request, "id").orElse("?")
        + " "
        + Requests.text(request, "version").orElse("?");
  }

  String field() {
    return Requests.field(request);
  }

  Optional<String> expected(String digest) {
    return Requests.text(request, digest);
  }

  void download(Path archive, Surroundings surroundings, Storage storage) throws StorageFailure {
    Destination destination =
        new Destination(archive, PosixFilePermissions.fromString("rw-------"));
    Optional<String> web = Requests.text(request, "httpUrl");
    if (web.isPresent()) {
      WebFile.at(web.get(), storage.authority()).download(destination, surroundings.patience());
    } else {
      S3Address address = S3Address.parse(Requests.text(request, "storageUrl").orElse(""), storage);
      storage.store().download(address.bucket(), address.key(), destination);
    }
  }

  Archive.Format format() throws AgentFailure {
    try {
      return Archive.Format.of(Requests.text(request, "format").orElse("zip"));
    } catch (IllegalArgumentException unknown) {
      throw new AgentFailure(Packages.ERROR, String.valueOf(unknown.getMessage()), field());
    }
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
