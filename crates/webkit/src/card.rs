//! Is there a graphics card that draws? A simulated one is two to three times slower than drawing without one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// Drivers of displays that draw nothing themselves: Mesa draws for them, on the processor.
const DISPLAYS: [&str; 12] = [
    "ast",
    "bochs-drm",
    "cirrus",
    "gud",
    "hyperv_drm",
    "mgag200",
    "qxl",
    "simple-framebuffer",
    "simpledrm",
    "udl",
    "vgem",
    "vkms",
];
/// Names under which Mesa draws on the processor.
const SOFTWARE: [&str; 4] = ["llvmpipe", "softpipe", "swrast", "kms_swrast"];

/// Looks at what the person and the kernel say; asks no driver, since that takes longer than it is worth at a start.
pub(crate) fn draws() -> bool {
    !is_software(|name| env::var_os(name)) && any(Path::new("/dev/dri"), Path::new("/sys/class/drm"))
}

/// Whoever starts this asks for drawing on the processor.
fn is_software(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let on = |name| variable(name).is_some_and(|value| !["", "0", "false"].iter().any(|off| value == *off));
    let named = |name| variable(name).is_some_and(|value| SOFTWARE.iter().any(|one| value == *one));
    on("LIBGL_ALWAYS_SOFTWARE") || named("GALLIUM_DRIVER") || named("MESA_LOADER_DRIVER_OVERRIDE")
}

fn any(devices: &Path, known: &Path) -> bool {
    let Ok(devices) = fs::read_dir(devices) else { return false };
    devices.flatten().any(|device| {
        let name = device.file_name();
        name.to_string_lossy().starts_with("renderD") && can_draw(&known.join(name).join("device"))
    })
}

/// A card about which nothing is said is taken for one.
fn can_draw(device: &Path) -> bool {
    let Ok(driver) = fs::read_link(device.join("driver")) else { return true };
    let driver = driver.file_name().unwrap_or_default().to_string_lossy();
    match &*driver {
        // The card of a virtual machine: its first feature is drawing, where the host lends its own card.
        "virtio_gpu" | "virtio-gpu" | "virtio-pci" => lends(device),
        other => !DISPLAYS.contains(&other),
    }
}

fn lends(device: &Path) -> bool {
    let own = fs::read_to_string(device.join("features")).ok();
    let below = || {
        let children = fs::read_dir(device).ok()?.flatten();
        let mut virtio = children.filter(|child| child.file_name().to_string_lossy().starts_with("virtio"));
        virtio.find_map(|child| fs::read_to_string(child.path().join("features")).ok())
    };
    own.or_else(below).is_none_or(|features| features.starts_with('1'))
}

#[cfg(test)]
mod tests {
    use super::{any, is_software};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    fn machine(driver: Option<&str>, features: Option<&str>, node: &str) -> bool {
        let root = tempfile::tempdir().expect("a folder");
        let (dev, known) = (root.path().join("dri"), root.path().join("drm"));
        let device = known.join(node).join("device");
        fs::create_dir_all(&device).expect("a device");
        fs::create_dir_all(&dev).expect("a folder of devices");
        fs::write(dev.join(node), "").expect("a node");
        if let Some(driver) = driver {
            symlink(Path::new("../../bus/drivers").join(driver), device.join("driver")).expect("a driver");
        }
        if let Some(features) = features {
            fs::write(device.join("features"), features).expect("features");
        }
        any(&dev, &known)
    }

    #[test]
    fn a_card_draws_a_display_alone_does_not() {
        assert!(machine(Some("i915"), None, "renderD128"));
        assert!(machine(Some("amdgpu"), None, "renderD129"));
        assert!(machine(None, None, "renderD128"), "nothing known speaks for it");
        assert!(!machine(Some("vgem"), None, "renderD128"));
        assert!(!machine(Some("bochs-drm"), None, "renderD128"));
        assert!(!machine(Some("i915"), None, "card0"), "no render node");
        assert!(!any(Path::new("/nowhere"), Path::new("/nowhere")));
    }

    #[test]
    fn a_virtual_card_draws_where_the_host_lends_its_own() {
        assert!(machine(Some("virtio_gpu"), Some("1100\n"), "renderD128"));
        assert!(!machine(Some("virtio_gpu"), Some("0100\n"), "renderD128"));
        assert!(machine(Some("virtio_gpu"), None, "renderD128"));
    }

    #[test]
    fn a_person_can_ask_for_drawing_on_the_processor() {
        let with = |wanted: &'static str, value: &'static str| {
            is_software(move |name| (name == wanted).then(|| value.into()))
        };
        assert!(with("LIBGL_ALWAYS_SOFTWARE", "1") && with("LIBGL_ALWAYS_SOFTWARE", "true"));
        assert!(with("GALLIUM_DRIVER", "llvmpipe") && with("MESA_LOADER_DRIVER_OVERRIDE", "swrast"));
        assert!(!with("LIBGL_ALWAYS_SOFTWARE", "0") && !with("GALLIUM_DRIVER", "zink") && !with("PATH", "1"));
    }
}
