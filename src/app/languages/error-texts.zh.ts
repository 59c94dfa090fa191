import type { ErrorCode } from '#errors.ts';

/** Every error text in Chinese; the places in braces are those of the English text. */
export const errorTextsZh: Readonly<Record<ErrorCode, { readonly what: string; readonly remedy: string }>> = {
  'webgpu-missing': {
    what: '此浏览器没有 WebGPU。',
    remedy: '请用 Chrome 或 Edge 125 及以上版本，通过 https 或 localhost 打开 Token Lens。',
  },
  'webgpu-no-adapter': {
    what: '有 WebGPU，但没有可用的显卡。',
    remedy: '请在浏览器设置中开启硬件加速，更新显卡驱动，然后重新加载。',
  },
  'device-request-failed': {
    what: '显卡拒绝创建设备：{{reason}}。',
    remedy: '请关闭其他占用 GPU 的标签页，然后重新加载。',
  },
  'device-lost': {
    what: '显卡设备丢失：{{reason}}。',
    remedy: '请重启引擎。若再次发生，请改用 WASM 编码器。',
  },
  'gpu-limit-exceeded': {
    what: '{{what}}需要 {{needed}} {{unit}}，而此设备只允许 {{limit}}。',
    remedy: '请用更小的检查点，或上限更高的设备。',
  },
  'shape-mismatch': {
    what: '{{what}}的形状是 [{{actual}}]，需要的是 [{{expected}}]。',
    remedy: '请用 config 与张量相符的检查点。',
  },
  'invalid-argument': {
    what: '{{name}} 为 {{actual}}；必须是 {{expected}}。',
    remedy: '请改正后再试。',
  },
  'engine-stalled': {
    what: '引擎已有 {{seconds}} 秒没有动静，当时正在：{{operation}}。',
    remedy: '引擎已重启。请重新加载模型；若再次停滞，请改用 WASM 编码器。',
  },
  'engine-stopped': {
    what: '引擎被停止，当时正在：{{operation}}。',
    remedy: '请重新开始。',
  },
  'engine-crashed': {
    what: '引擎启动失败或意外终止：{{reason}}。',
    remedy: '请重新加载页面。若再次发生，请附诊断信息报告。',
  },
  unexpected: {
    what: '发生了不该发生的故障：{{reason}}。',
    remedy: '请再试一次。若再次发生，请附诊断信息报告。',
  },
  'no-model': { what: '尚未加载模型。', remedy: '请先加载检查点。' },
  'no-run': { what: '尚未运行过。', remedy: '请先运行一幅图像。' },
  'tensor-unavailable': {
    what: '这次运行没有 {{tensor}}：{{reason}}。',
    remedy: '请选另一个张量，或加载含有它的检查点。',
  },
  'run-cancelled': { what: '运行已取消。', remedy: '请重新运行图像。' },
  'image-empty': { what: '{{name}} 是空文件（0 字节）。', remedy: '请选择另一个文件。' },
  'image-not-an-image': {
    what: '{{name}} 不是此浏览器能读取的图像。',
    remedy: '请用 JPEG、PNG、WebP、AVIF、GIF 或 BMP。',
  },
  'image-format-unsupported': {
    what: '{{name}} 的格式是 {{format}}，此浏览器无法读取。',
    remedy: '请导出为 JPEG 或 PNG 后再拖入，或用能读取该格式的浏览器打开 Token Lens。',
  },
  'image-svg': {
    what: '{{name}} 是 SVG：一种自身没有像素的图形。',
    remedy: '请按所需尺寸导出为 PNG，再放进来。',
  },
  'image-undecodable': {
    what: '{{name}} 已损坏或不完整，无法解码。',
    remedy: '请重新保存或下载该文件。',
  },
  'image-too-large': {
    what: '{{name}} 有 {{width}} x {{height}} 像素；最多读取 {{maxMegapixels}} 百万像素。',
    remedy: '请先缩小；编码器每块只看 448 x 448 像素。',
  },
  'video-not-a-video': {
    what: '{{name}} 不是本应用能读取的视频。',
    remedy: '请用 MP4、MOV、WebM 或 MKV。',
  },
  'video-empty': {
    what: '{{name}} 中没有含画面的视频轨。',
    remedy: '请选择有画面的文件；只有声音在此没有 token。',
  },
  'video-undecodable': {
    what: '此浏览器无法解码 {{name}} 的编码 {{codec}}。',
    remedy: '请转换为 H.264 或 VP9，或换一个浏览器。',
  },
  'video-damaged': {
    what: '{{name}} 已损坏或不完整，无法读取其中的画面。',
    remedy: '请重新保存或下载该文件。',
  },
  'fetch-failed': {
    what: '无法获取 {{url}}：{{reason}}。',
    remedy: '请检查地址、网络，以及服务器是否允许其他来源（CORS）。',
  },
  'server-refused': {
    what: '服务器拒绝提供 {{url}}，HTTP 状态 {{status}}。',
    remedy: '请检查地址；若服务器需要令牌，可写在地址的问号之后。',
  },
  'server-busy': {
    what: '服务器暂时无法提供 {{url}}：HTTP 状态 {{status}}。',
    remedy: '请过几分钟再试；若一直如此，请联系服务器的管理者。',
  },
  'file-not-found': { what: '找不到 {{url}}。', remedy: '请检查地址和文件名。' },
  'file-is-html': {
    what: '{{url}} 返回的是 HTML 页面，而不是文件。',
    remedy: '请检查地址；可能被登录页或首页挡住了。',
  },
  'range-ignored': {
    what: '{{url}} 未按要求返回部分内容，而是整个文件：服务器忽略了字节范围。',
    remedy: '请用支持 Range 请求的服务器；否则会连语言模型一起下载。',
  },
  'load-cancelled': {
    what: '下载已取消。',
    remedy: '请重新加载模型；已存入浏览器的部分不会再次下载。',
  },
  'hub-unauthorized': {
    what: '{{endpoint}} 只向登录用户显示 {{repository}}，或者没有这个仓库。',
    remedy: '请检查名称；私有或受限的仓库请填写有读取权限的访问令牌。',
  },
  'hub-forbidden': {
    what: '{{endpoint}} 拒绝访问 {{repository}}。',
    remedy: '请打开该仓库的页面，接受其条款，并使用该账户的令牌。',
  },
  'hub-repository-not-found': {
    what: '{{endpoint}} 上没有仓库 {{repository}} 的 {{revision}} 版本。',
    remedy: '请检查名称和版本；私有仓库只有用令牌才能看到。',
  },
  'hub-rate-limited': {
    what: '{{endpoint}} 暂时不再接受来自此处的请求。',
    remedy: '请在 {{seconds}} 秒后重试；使用访问令牌可获得更高的限额。',
  },
  'hub-server-error': {
    what: '{{endpoint}} 出错，HTTP 状态 {{status}}。',
    remedy: '请过几分钟再试；已存入浏览器的内容会保留。',
  },
  'hub-unreachable': {
    what: '无法连接 {{endpoint}}：{{reason}}。',
    remedy: '请检查网络；自建的 hub 必须允许此页面读取（CORS）。',
  },
  'cache-full': {
    what: '浏览器没有空间存储此检查点。',
    remedy: '请删除已存储的检查点，或腾出磁盘空间；已存储的内容会保留。',
  },
  'json-invalid': { what: '{{file}} 不是有效的 JSON：{{reason}}。', remedy: '请重新下载该文件。' },
  'config-invalid': {
    what: '{{file}}：{{key}} 为 {{actual}}；必须是 {{expected}}。',
    remedy: '请用与此检查点一同发布的 config.json。',
  },
  'config-unsupported': {
    what: '{{file}}：本应用还不能计算 {{key}} = {{actual}}。',
    remedy: '请选择 {{supported}} 的检查点。',
  },
  'grid-uneven': {
    what: '{{name}} 为 {{size}}，不是 {{partName}}（{{part}}）的整数倍。',
    remedy: '请用能把图像切成整块图块、再把图块合成整个词元的检查点。',
  },
  'checkpoint-unknown-layout': {
    what: '{{folder}} 中没有本应用认识的视觉编码器布局。',
    remedy: '请用 InternViT、InternVL（chat 或 -hf）或 VITA 的检查点。',
  },
  'checkpoint-in-folder': {
    what: '{{folder}} 中没有 config.json；检查点在其下的文件夹中。',
    remedy: '请加载 {{folders}}。',
  },
  'checkpoint-no-weights': {
    what: '{{folder}} 中既没有 model.safetensors，也没有 model.safetensors.index.json。',
    remedy: '请指向 Hugging Face hub 布局的文件夹。',
  },
  'checkpoint-too-large': {
    what: '以 {{precision}} 存放，权重需要 {{needed}} GB；这里只有 {{limit}} GB 的空间。',
    remedy: '请选择位数更少的精度、更小的检查点，或内存更大的机器。',
  },
  'checkpoint-needs-encoder': {
    what: '{{folder}} 含有 VITA 连接器，但没有视觉编码器。',
    remedy: '请把它作为连接器加载，并以 {{suggestion}} 为模型。',
  },
  'checkpoint-no-connector': {
    what: '{{folder}} 被指定为连接器，但其中没有连接器。',
    remedy: '请以 VITA 检查点为连接器，或留空。',
  },
  'files-no-config': {
    what: '{{files}} 没有附带 config.json，而权重该如何使用正是由它说明的。',
    remedy: '请把 config.json 一起拖入，或给出含有它的同一模型的仓库。',
  },
  'files-too-many-folders': {
    what: '这些文件属于 {{count}} 个检查点：{{folders}}。',
    remedy: '请只拖入一个检查点，或一个编码器及其对应的 VITA 连接器。',
  },
  'bundled-model-unknown': {
    what: '没有名为 {{name}} 的内置模型。',
    remedy: '内置的有：{{known}}。其他模型请给出 hub 上的 owner/name，或文件夹网址。',
  },
  'safetensors-header-length': {
    what: '{{file}}：文件头自称 {{headerLength}} 字节，而文件共 {{fileLength}} 字节。',
    remedy: '文件已损坏，或不是 safetensors 文件。请重新下载。',
  },
  'safetensors-header-json': {
    what: '{{file}}：文件头不是有效的 JSON。',
    remedy: '文件已损坏，或不是 safetensors 文件。请重新下载。',
  },
  'safetensors-entry': {
    what: '{{file}}：{{tensor}} 的文件头条目格式有误。',
    remedy: '文件已损坏。请重新下载。',
  },
  'safetensors-dtype': {
    what: '{{file}}：{{tensor}} 的类型是 {{dtype}}。',
    remedy: '请用 BF16、F16 或 F32 的检查点。',
  },
  'safetensors-out-of-range': {
    what: '{{file}}：{{tensor}} 占第 {{start}} 到 {{end}} 字节，超出 {{dataLength}} 字节的数据。',
    remedy: '文件不完整或已损坏。请重新下载。',
  },
  'safetensors-overlap': {
    what: '{{file}}：{{tensor}} 与 {{other}} 重叠。',
    remedy: '文件已损坏。请重新下载。',
  },
  'safetensors-size': {
    what: '{{file}}：形状为 [{{shape}}] 的 {{tensor}} 需要 {{expected}} 字节，而偏移跨度为 {{actual}}。',
    remedy: '文件已损坏。请重新下载。',
  },
  'tensor-missing': {
    what: '{{file}}：缺少张量 {{tensor}}。',
    remedy: '请用完整的检查点；可能有分片未下载。',
  },
  'tensor-shape': {
    what: '{{file}}：{{tensor}} 的形状是 [{{actual}}]；config 要求 [{{expected}}]。',
    remedy: '请用与这些权重配套的 config.json。',
  },
  'onnx-invalid': {
    what: '{{file}} 不是可读的 ONNX 模型：{{reason}}。',
    remedy: '请重新导出编码器。',
  },
  'onnx-interface': {
    what: '{{file}} 的输入是 {{inputs}}，输出是 {{outputs}}。',
    remedy: '请导出输入为 pixel_values [1, 3, 448, 448]、输出为 last_hidden_state [1, 1025, C] 的编码器。',
  },
  'onnx-external-data': {
    what: '{{file}} 的权重存于另一个文件（{{location}}）。',
    remedy: '请导出为单个文件，或加载 safetensors 检查点。',
  },
  'session-failed': {
    what: '无法在 {{backend}} 上构建编码器：{{reason}}。',
    remedy: '请选择另一个编码器后端，或更小的检查点。',
  },
  'encoder-failed': {
    what: '编码器在 {{backend}} 上失败：{{reason}}。',
    remedy: '请再运行一次。若再次失败，请选择另一个编码器后端。',
  },
};
