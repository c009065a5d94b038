/// Small file systems that can be filled, in a mount namespace made for them.

import { execFile } from "node:child_process";
import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const mib = 1024 * 1024;

export class Disk {
  /// A real ext4, or a tmpfs where loop devices are not permitted.
  static async create(dir, size_mib) {
    const disk = new Disk();
    disk.dir = join(dir, "disk");
    mkdirSync(disk.dir, { recursive: true });
    const image = join(dir, "image");
    try {
      await run("truncate", ["-s", `${size_mib}M`, image]);
      await run("mkfs.ext4", ["-q", "-m", "0", image]);
      await run("mount", ["-o", "loop", image, disk.dir]);
    } catch {
      await run("mount", ["-t", "tmpfs", "-o", `size=${size_mib}m`, "none", disk.dir]);
    }
    return disk;
  }

  /// Leaves so much.
  async fill(leave_mib) {
    const { bavail, bsize } = statfsSync(this.dir);
    const size = Math.max(bsize, bavail * bsize - leave_mib * mib);
    await run("fallocate", ["-l", `${size}`, join(this.dir, "filler")]);
  }

  free() {
    rmSync(join(this.dir, "filler"), { force: true });
  }

  /// Whatever is on it.
  unmount() {
    return run("umount", ["-l", this.dir]);
  }
}
