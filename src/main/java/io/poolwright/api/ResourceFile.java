package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Files that are brought into the task's working directory before its command starts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "(has(self.storageUrl) ? 1 : 0) + (has(self.httpUrl) ? 1 : 0) + (has(self.autoStorageContainerName) ? 1 : 0) == 1",
    message = "name exactly one source: storageUrl, httpUrl or autoStorageContainerName")
@ValidationRule(
    value = "!has(self.httpUrl) || has(self.filePath)",
    message = "httpUrl needs filePath, the name that the file gets")
@ValidationRule(
    value = "!has(self.httpUrl) || !has(self.blobPrefix)",
    message = "blobPrefix goes with a bucket, not with httpUrl")
public record ResourceFile(
    @Size(max = 2048)
        @Pattern("^s3://[^/]*/.*$")
        @JsonPropertyDescription(
            "s3://bucket/key, or s3://bucket/prefix/ for all objects below it; s3:///key means the bucket of the Secret poolwright-storage.")
        @Nullable String storageUrl,
    @Size(max = 4096)
        @Pattern("^https?://.+$")
        @JsonPropertyDescription("An address to fetch by GET, for example a presigned one.")
        @Nullable String httpUrl,
    @Size(min = 3, max = 63)
        @JsonPropertyDescription(
            "A bucket of the linked storage; all its objects, or those under blobPrefix.")
        @Nullable String autoStorageContainerName,
    @Size(max = 1024) @JsonPropertyDescription("Only objects whose key begins with this.")
        @Nullable String blobPrefix,
    @Size(max = 1024)
        @JsonPropertyDescription(
            "Where the file goes, relative to the working directory; for several objects the directory.")
        @Nullable String filePath,
    @Pattern("^0?[0-7]{3}$") @JsonPropertyDescription("Permissions in octal, 0770 unless given.")
        @Nullable String fileMode) {}
