// Attached files and pictures.

export const files = {
  "file.download": "Download {name}",
  "file.save": "Download",
  "file.show": "Show {name}",
  "lightbox.before": "Previous picture",
  "lightbox.next": "Next picture",
  "lightbox.place": "{at} of {count}",
  "upload.attach": "Attach files",
  "upload.done": "{name} is uploaded.",
  "upload.drop": "Drop files here to attach them",
  "upload.label": "Attached files",
  "upload.most": { one: "A message can have {count} file at most.", other: "A message can have {count} files at most." },
  "upload.off": "Files are turned off on this server.",
  "upload.progress": "Uploading {name}",
  "upload.remove": "Remove {name}",
  "upload.too_large": "Too large (at most {size}).",
  "upload.unreached": "Not uploaded: the server can't be reached.",
  "upload.wait": "The files are still being uploaded.",
};
